// Runs the Python that the extension is built with.
import { spawnSync } from "node:child_process";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

export const clientFolder = dirname(dirname(fileURLToPath(import.meta.url)));

const [command, ...first] = findPython();

function findPython() {
  const candidates = process.env.PYTHON
    ? [[process.env.PYTHON]]
    : [["python3"], ["python"], ["py", "-3"]];
  const probe = "import sys, pip; sys.exit(sys.version_info < (3, 10))";
  const found = candidates.find(
    ([command, ...args]) => spawnSync(command, [...args, "-c", probe]).status === 0,
  );
  if (!found) {
    fail(
      "No Python 3.10 or newer with pip was found. Name one in the environment variable PYTHON.",
    );
  }
  return found;
}

/** What it prints. */
export function runPython(...args) {
  const { status, stdout } = spawnSync(command, [...first, ...args], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) {
    fail(`Failed: ${[command, ...first, ...args].join(" ")}`);
  }
  return stdout;
}

export function fail(message) {
  console.error(message);
  process.exit(1);
}
