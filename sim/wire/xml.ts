import type { Shape } from './shape.ts';

/**
 * Writes the inside of an XML response element; lists are wrapped, each item in the element its schema names.
 * @throws on a member that the API does not have
 */
export const writeXml = (shape: Shape, value: unknown): string => {
  switch (shape.kind) {
    case 'structure': {
      let xml = '';
      for (const [name, item] of Object.entries(value as object)) {
        if (item === undefined || item === null) continue;
        const member = shape.members.get(name);
        if (!member)
          throw new Error(`${shape.name} has no member ${name}: the simulated service answers what AWS never does`);
        if (member.flattened && member.shape.kind === 'list')
          xml += writeItems(member.shape.item, member.xmlName, item);
        else xml += `<${member.xmlName}>${writeXml(member.shape, item)}</${member.xmlName}>`;
      }
      return xml;
    }
    case 'list':
      return writeItems(shape.item, shape.itemName, value);
    case 'map':
      return Object.entries(value as object)
        .map(([key, item]) => {
          const inside = `<${shape.keyName}>${escapeXml(key)}</${shape.keyName}>`;
          return `<entry>${inside}<${shape.valueName}>${writeXml(shape.value, item)}</${shape.valueName}></entry>`;
        })
        .join('');
    case 'timestamp': {
      const date = value as Date;
      return shape.format === 'epoch-seconds' ? String(date.getTime() / 1000) : date.toISOString();
    }
    case 'blob':
      return Buffer.from(value as Uint8Array).toString('base64');
    default:
      return escapeXml(String(value));
  }
};

const writeItems = (shape: Shape, element: string, items: unknown): string =>
  (items as readonly unknown[]).map((item) => `<${element}>${writeXml(shape, item)}</${element}>`).join('');

/** Text as the content of an XML element; characters that XML 1.0 cannot hold become U+FFFD. */
export const escapeXml = (text: string): string =>
  text.replace(special, (character) => entities[character] ?? '\u{fffd}');

// https://www.w3.org/TR/xml/#charsets
const special = /[&<>"\r]|[^\t\n\x20-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#xD;',
};
