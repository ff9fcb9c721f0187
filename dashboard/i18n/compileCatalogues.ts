import { compileMessageOrThrow } from '@lingui/message-utils/compileMessage';
import type { Plugin } from 'vite';

const firstWords = '/i18n/id/core.json';

/**
 * Turns the message files (ICU MessageFormat as JSON) into what the runtime reads without a parser, so that no parser
 * travels to the phone and a malformed message fails the build, by name.
 */
export function compileCatalogues(): Plugin {
  return {
    name: 'tahan-catalogues',
    enforce: 'pre',
    transform(code, file) {
      if (!/\/i18n\/[a-z]{2}\/[a-zA-Z]+\.json$/.test(file)) return null;
      const messages = JSON.parse(code) as Record<string, string>;
      const compiled = Object.fromEntries(
        Object.entries(messages).map(([id, message]) => {
          try {
            return [id, compileMessageOrThrow(message)];
          } catch (cause) {
            throw new Error(`${file}: the message "${id}" is malformed: ${message}`, { cause });
          }
        }),
      );
      return { code: `export default ${JSON.stringify(compiled)}`, map: null, moduleType: 'js' };
    },
    /** The words of the first page in the first language come with the code, not a round trip after it. */
    transformIndexHtml(_html, { bundle }) {
      if (bundle === undefined) return;
      const first = Object.values(bundle).find(
        file => file.type === 'chunk' && file.facadeModuleId?.endsWith(firstWords),
      );
      if (first === undefined) throw new Error(`No chunk was made of ${firstWords}.`);
      return [
        {
          tag: 'link',
          attrs: { rel: 'modulepreload', crossorigin: true, href: `/${first.fileName}` },
          injectTo: 'head',
        },
      ];
    },
  };
}
