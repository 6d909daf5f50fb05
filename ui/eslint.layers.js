import path from 'node:path';

/** What each layer of `src` may import, besides itself. A feature never imports another feature. */
const allowed = {
  shared: [],
  backend: [],
  features: ['shared', 'backend'],
  app: ['shared', 'backend', 'features'],
};

function place(file) {
  const parts = file.split(`${path.sep}src${path.sep}`).pop().split(path.sep);
  return { layer: parts[0], feature: parts[0] === 'features' ? parts[1] : undefined };
}

/** Keeps imports pointing down: app → features → shared and backend; `@tauri-apps/*` only inside backend. */
export const layers = {
  meta: { type: 'problem', schema: [], messages: { wrong: '{{from}} must not import {{to}}.' } },
  create(context) {
    const from = place(context.filename);
    function check(node) {
      const name = node.source?.value;
      if (typeof name !== 'string') return;
      const report = (to) => context.report({ node, messageId: 'wrong', data: { from: from.layer, to } });
      if (name.startsWith('@tauri-apps/') && from.layer !== 'backend') return report(name);
      if (!name.startsWith('.')) return;
      const to = place(path.resolve(path.dirname(context.filename), name));
      if (to.layer !== from.layer) {
        if (!(allowed[from.layer] ?? []).includes(to.layer)) report(to.layer);
      } else if (to.feature !== from.feature) report(`features/${to.feature}`);
    }
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
    };
  },
};
