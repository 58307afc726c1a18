const { EventEmitter, Uri } = require("vscode");

exports.activate = () => {
  const changed = new EventEmitter();
  const selected = new Map();
  return {
    environments: {
      getActiveEnvironmentPath(resource) {
        const path = selected.get(resource?.toString()) ?? selected.get(undefined) ?? "";
        return { id: path, path };
      },
      resolveEnvironment: async ({ path }) =>
        path ? { executable: { uri: Uri.file(path) } } : undefined,
      onDidChangeActiveEnvironmentPath: changed.event,
    },
    select(path, folder) {
      selected.set(folder?.toString(), path);
      changed.fire({ id: path, path, resource: folder });
    },
  };
};
