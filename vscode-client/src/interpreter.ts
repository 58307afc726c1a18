import { execFile } from "node:child_process";
import { promisify } from "node:util";
import * as vscode from "vscode";
import { showBadInterpreter } from "./notices";
import type { SelectedInterpreter } from "./pythonExtension";
import { configuredInterpreter, prefersInstalledServer } from "./settings";

const OLDEST_MINOR = 10;
const PATH_COMMANDS =
  process.platform === "win32"
    ? [["python"], ["python3"], ["py", "-3"]]
    : [["python3"], ["python"]];
// JSON escapes what is not ASCII, so that the encoding of the console does not matter. A Python that
// is too old for the server must understand this as well.
const PROBE = `
import json, sys
try:
    from importlib.util import find_spec
    has_server = find_spec("spooky_asyncio") is not None
except ImportError:
    has_server = False
print(json.dumps([sys.executable, sys.version_info[0], sys.version_info[1], has_server]))
`;

export interface Interpreter {
  path: string;
  major: number;
  minor: number;
  /** Whether the server is installed beside it. */
  hasServer: boolean;
}

/** The Python that runs the server, and the paths of those that have the projects' packages. */
export interface Choice {
  runner: Interpreter;
  /** Whether the server that is installed beside the runner is run, and not the bundled one. */
  installedServer: boolean;
  /** By the URI of a workspace folder. Where there is none, the server looks for it. */
  projects: Map<string, string>;
}

export class InterpreterChooser {
  readonly #selected: SelectedInterpreter;
  readonly #folder: string;
  readonly #log: vscode.LogOutputChannel;
  /** The values of the setting that were complained of: once is enough. */
  readonly #bad = new Set<string>();
  #probes = new Map<string, Promise<Interpreter | undefined>>();

  /** Interpreters are tried in `folder`, which must not be in the workspace. */
  constructor(selected: SelectedInterpreter, folder: string, log: vscode.LogOutputChannel) {
    this.#selected = selected;
    this.#folder = folder;
    this.#log = log;
  }

  /**
   * Prefers the interpreter of the settings, then the one of the Python extension, then the PATH.
   * A project's interpreter that is too old for the server is still the one to infer types with.
   */
  async choose(): Promise<Choice | undefined> {
    // What an interpreter is may have changed since it was last asked.
    this.#probes = new Map();
    const candidates: Interpreter[] = [];
    const projects = new Map<string, string>();
    const folders = vscode.workspace.workspaceFolders ?? [undefined];
    for (const folder of folders) {
      const found = await this.#inFolder(folder);
      candidates.push(...found);
      if (found[0]) {
        projects.set(folder?.uri.toString() ?? "", found[0].path);
      }
    }
    const chosen = candidates.find(isSupported);
    // A folder for which none was chosen may get the packages of the one that runs the server: these
    // must not be another folder's.
    const isForAll = projects.size === folders.length;
    const runner = (isForAll && chosen) || (await this.#firstOnPath()) || chosen;
    return runner && { runner, installedServer: this.#runsInstalled(runner), projects };
  }

  /** What is chosen for a folder, the best first. */
  async #inFolder(folder: vscode.WorkspaceFolder | undefined): Promise<Interpreter[]> {
    const configured = await this.#configured(folder);
    if (configured && isSupported(configured)) {
      return [configured];
    }
    const selected = await this.#probe(await this.#selected.path(folder?.uri));
    return [configured, selected].filter((found) => found !== undefined);
  }

  async #configured(folder: vscode.WorkspaceFolder | undefined): Promise<Interpreter | undefined> {
    const command = configuredInterpreter(folder);
    const found = await this.#probe(command);
    if (command && !(found && isSupported(found)) && !this.#bad.has(command)) {
      this.#bad.add(command);
      showBadInterpreter(command, found);
    }
    return found;
  }

  #runsInstalled(runner: Interpreter): boolean {
    if (!prefersInstalledServer()) {
      return false;
    }
    if (!runner.hasServer) {
      this.#log.warn(
        `spooky_asyncio is not installed beside ${describe(runner)}: the bundled server is used.`,
      );
    }
    return runner.hasServer;
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

  #probe(command: string | undefined, ...args: string[]): Promise<Interpreter | undefined> {
    if (!command) {
      return Promise.resolve(undefined);
    }
    const key = [command, ...args].join("\0");
    const probe = this.#probes.get(key) ?? this.#run(command, args);
    this.#probes.set(key, probe);
    return probe;
  }

  async #run(command: string, args: string[]): Promise<Interpreter | undefined> {
    try {
      const { stdout } = await promisify(execFile)(command, [...args, "-I", "-c", PROBE], {
        cwd: this.#folder,
        timeout: 10_000,
      });
      const [path, major, minor, hasServer] = JSON.parse(stdout);
      const found = { path: path || command, major, minor, hasServer };
      this.#log.info(`Found ${describe(found)}`);
      return found;
    } catch (error) {
      this.#log.info(`Not a Python that can be run: ${[command, ...args].join(" ")}: ${error}`);
      return undefined;
    }
  }
}

/** The project's interpreter in a folder; without a folder, in the first one. */
export function projectInterpreter(choice: Choice | undefined, folder?: vscode.Uri): string | null {
  const asked = folder ?? vscode.workspace.workspaceFolders?.[0]?.uri;
  return choice?.projects.get(asked?.toString() ?? "") ?? null;
}

export function describe({ path, major, minor }: Interpreter): string {
  return `Python ${major}.${minor} (${path})`;
}

function isSupported({ major, minor }: Interpreter): boolean {
  return major === 3 && minor >= OLDEST_MINOR;
}
