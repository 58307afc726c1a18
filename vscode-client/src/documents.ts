const NOTEBOOK = "jupyter-notebook";

const FILES = [
  { language: "python", scheme: "file" },
  { language: "python", scheme: "untitled" },
];

/** The documents that the extension is about, as VS Code describes them. */
export const DOCUMENTS = [...FILES, { language: "python", notebookType: NOTEBOOK }];

/** The same, as the protocol describes them. */
export const PROTOCOL_DOCUMENTS = [...FILES, { language: "python", notebook: NOTEBOOK }];
