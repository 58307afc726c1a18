// Puts the server and its dependencies into bundled/libs, for every Python and platform at once.
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { clientFolder, fail, runPython } from "./python.mjs";

const OLDEST_PYTHON = "3.10";
const libs = join(clientFolder, "bundled", "libs");
const locked = join(clientFolder, "scripts", "requirements.txt");

rmSync(libs, { recursive: true, force: true });
mkdirSync(libs, { recursive: true });
installPure("--require-hashes", "-r", locked);
installPure(buildWheel());
refuseOutdatedLock();
removeDeadWeight();
refuseCompiledFiles();
runPython(join(clientFolder, "scripts", "records.py"), libs);

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
    ...["-m", "pip", "-qq", "install", "--no-compile", "--no-deps", "--no-warn-conflicts"],
    ...["--target", libs, ...anyTarget, ...pureOnly, ...requirements],
  );
}

function refuseOutdatedLock() {
  const script = join(clientFolder, "scripts", "missing_requirements.py");
  const missing = runPython(script, libs).split(/\r?\n/).filter(Boolean);
  if (missing.length > 0) {
    fail(`${locked} lacks ${missing.join(", ")}: write it anew by \`npm run lock-server\``);
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
