import * as vscode from "vscode";
import {
  DefaultDiagnosticCollectionProvider,
  DiagnosticCollectionSource,
  type LanguageClient,
  type LanguageClientOptions,
  vsdiag,
} from "vscode-languageclient/node";
import { checksWorkspace } from "./settings";

type Options = Required<
  Pick<
    LanguageClientOptions,
    "diagnosticPullOptions" | "diagnosticCollectionProvider" | "middleware"
  >
>;

/**
 * How findings come here: VS Code asks the server for those of each document that is open, and, if
 * the workspace is checked, every other second for those of all files. What is found in closed files
 * otherwise, and in pyproject.toml, the server sends by itself. None may be there twice.
 */
export function diagnosticsOptions(client: () => LanguageClient): Options {
  const collections = new Collections();
  const isAskedFor = (uri: vscode.Uri) =>
    checksWorkspace() || client().visibleDocuments.isVisible(uri);
  return {
    diagnosticPullOptions: { onChange: true, onSave: true },
    diagnosticCollectionProvider: collections,
    middleware: {
      provideDiagnostics: async (document, previous, token, next) => {
        const report = await next(document, previous, token);
        const uri = document instanceof vscode.Uri ? document : document.uri;
        if (isAskedFor(uri)) {
          client().diagnostics?.delete(uri);
        }
        return report;
      },
      provideWorkspaceDiagnostics: (previous, token, reporter, next) => {
        if (checksWorkspace()) {
          return next(previous, token, reporter);
        }
        forget(
          previous.map(({ uri }) => uri),
          reporter,
        );
        collections.pulled?.forEach((uri) => {
          collections.keepPulled(uri, isAskedFor(uri));
        });
        return { items: [] };
      },
      handleDiagnostics: (uri, sent, next) => {
        collections.keepPulled(uri, isAskedFor(uri));
        next(uri, collections.pulled?.has(uri) ? [] : sent);
      },
    },
  };
}

/** Where the workspace is checked no more, what was found in closed files goes, and is asked anew later. */
function forget(uris: vscode.Uri[], reporter: vsdiag.ResultReporter): void {
  const kind = vsdiag.DocumentDiagnosticReportKind.full;
  reporter({ items: uris.map((uri) => ({ kind, uri, version: null, items: [] })) });
}

class Collections extends DefaultDiagnosticCollectionProvider {
  pulled: vscode.DiagnosticCollection | undefined;

  override create(name: string | undefined, source: DiagnosticCollectionSource) {
    const collection = super.create(name, source);
    if (source === DiagnosticCollectionSource.pull) {
      this.pulled = collection;
    }
    return collection;
  }

  override dispose(collection: vscode.DiagnosticCollection, source: DiagnosticCollectionSource) {
    if (collection === this.pulled) {
      this.pulled = undefined;
    }
    super.dispose(collection, source);
  }

  /**
   * The client itself leaves the findings of a document that is closed to the next report about the
   * whole workspace, even though there is none to come.
   */
  keepPulled(uri: vscode.Uri, wanted: boolean): void {
    if (!wanted) {
      this.pulled?.delete(uri);
    }
  }
}
