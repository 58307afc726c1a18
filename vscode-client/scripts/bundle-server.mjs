// Puts the server and its dependencies into bundled/libs, for every Python and platform at once.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const OLDEST_PYTHON = "3.10";
const clientFolder = dirname(dirname(fileURLToPath(import.meta.url)));
const libs = join(clientFolder, "bundled", "libs");

const python = findPython();
rmSync(libs, { recursive: true, force: true });
mkdirSync(libs, { recursive: true });
installPure(buildWheel());
installRequirementsOfOtherTargets();
removeDeadWeight();
refuseCompiledFiles();

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

function buildWheel() {
  const folder = mkdtempSync(join(tmpdir(), "spooky-wheel-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  runPython("-m", "pip", "-qq", "wheel", "--no-deps", "-w", folder, dirname(clientFolder));
  const [wheel] = readdirSync(folder);
  return join(folder, wheel);
}

function installPure(...requirements) {
  const anyTarget = ["--python-version", OLDEST_PYTHON, "--platform", "any"];
  const pureOnly = ["--implementation", "py", "--abi", "none", "--only-binary=:all:"];
  runPython(
    ...["-m", "pip", "-qq", "install", "--no-compile", "--no-warn-conflicts"],
    ...["--target", libs, ...anyTarget, ...pureOnly, ...requirements],
  );
}

/** pip reads markers such as `python_version < "3.11"` for the Python that runs it, no other. */
function installRequirementsOfOtherTargets() {
  const script = join(clientFolder, "scripts", "missing_requirements.py");
  const missing = runPython(script, libs).split(/\r?\n/).filter(Boolean);
  if (missing.length > 0) {
    installPure(...missing);
    installRequirementsOfOtherTargets();
  }
}

function removeDeadWeight() {
  // jedi looks for the stubs of third-party packages one folder higher, and so never reads these.
  const unreachableStubs = join("jedi", "third_party", "typeshed", "stubs");
  for (const folder of ["bin", unreachableStubs]) {
    rmSync(join(libs, folder), { recursive: true, force: true });
  }
}

function refuseCompiledFiles() {
  const compiled = readdirSync(libs, { recursive: true }).filter((file) =>
    /\.(so|pyd|dylib|dll|pyc)$/.test(file),
  );
  if (compiled.length > 0) {
    fail(`Compiled files cannot serve every Python and platform: ${compiled.join(", ")}`);
  }
}

function runPython(...args) {
  const [command, ...first] = python;
  const { status, stdout } = spawnSync(command, [...first, ...args], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) {
    fail(`Failed: ${[command, ...first, ...args].join(" ")}`);
  }
  return stdout;
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
