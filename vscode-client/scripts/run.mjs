// usage: node run.mjs SCRIPT ARGUMENT...; runs one of the Python scripts here.
import { runPython } from "./python.mjs";

process.stdout.write(runPython(...process.argv.slice(2)));
