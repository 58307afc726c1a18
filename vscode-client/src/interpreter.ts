import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { LogOutputChannel } from "vscode";
import { showBadInterpreter } from "./notices";
import type { SelectedInterpreter } from "./pythonExtension";
import { configuredInterpreter } from "./settings";

const OLDEST_MINOR = 10;
const PATH_COMMANDS =
  process.platform === "win32"
    ? [["python"], ["python3"], ["py", "-3"]]
    : [["python3"], ["python"]];
// JSON escapes what is not ASCII, so that the encoding of the console does not matter.
const PROBE = "import json, sys; print(json.dumps([sys.executable, *sys.version_info[:2]]))";

export interface Interpreter {
  path: string;
  major: number;
  minor: number;
}

/** The Python that runs the server, and the path of the one that has the project's packages. */
export interface Choice {
  runner: Interpreter;
  /** Where it is null, the server looks for the project's virtual environment. */
  project: string | null;
}

export class InterpreterChooser {
  readonly #selected: SelectedInterpreter;
  readonly #folder: string;
  readonly #log: LogOutputChannel;

  /** Interpreters are tried in `folder`, which must not be in the workspace. */
  constructor(selected: SelectedInterpreter, folder: string, log: LogOutputChannel) {
    this.#selected = selected;
    this.#folder = folder;
    this.#log = log;
  }

  /**
   * Prefers the interpreter of the settings, then the one of the Python extension, then the PATH.
   * A project's interpreter that is too old for the server is still the one to infer types with.
   */
  async choose(): Promise<Choice | undefined> {
    const configured = await this.#configured();
    if (configured && isSupported(configured)) {
      return { runner: configured, project: configured.path };
    }
    const selected = await this.#probe(await this.#selected.path());
    const runner = selected && isSupported(selected) ? selected : await this.#firstOnPath();
    return runner && { runner, project: (configured ?? selected)?.path ?? null };
  }

  async #configured(): Promise<Interpreter | undefined> {
    const command = configuredInterpreter();
    const found = await this.#probe(command);
    if (command && !(found && isSupported(found))) {
      showBadInterpreter(command, found);
    }
    return found;
  }

  async #firstOnPath(): Promise<Interpreter | undefined> {
    for (const [command, ...args] of PATH_COMMANDS) {
      const found = await this.#probe(command, ...args);
      if (found && isSupported(found)) {
        return found;
      }
    }
    return undefined;
  }

  async #probe(command: string | undefined, ...args: string[]): Promise<Interpreter | undefined> {
    if (!command) {
      return undefined;
    }
    try {
      const { stdout } = await promisify(execFile)(command, [...args, "-I", "-c", PROBE], {
        cwd: this.#folder,
        timeout: 10_000,
      });
      const [path, major, minor] = JSON.parse(stdout);
      const found = { path: path || command, major, minor };
      this.#log.info(`Found ${describe(found)}`);
      return found;
    } catch (error) {
      this.#log.info(`Not a Python that can be run: ${[command, ...args].join(" ")}: ${error}`);
      return undefined;
    }
  }
}

export function describe({ path, major, minor }: Interpreter): string {
  return `Python ${major}.${minor} (${path})`;
}

function isSupported({ major, minor }: Interpreter): boolean {
  return major === 3 && minor >= OLDEST_MINOR;
}
