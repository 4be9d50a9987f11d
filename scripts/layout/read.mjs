/** Reads enums and classes from the core's sources, with TypeScript's parser: the syntax is the same. */
import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { filesBelow } from '../fresh.mjs';

/**
 * @typedef {{ name: string, value: number, doc: string }} Member
 * @typedef {{ name: string, doc: string, members: Member[] }} Enum
 * @typedef {{ name: string, type: string, bytes: number, count: number, offset: number, doc: string }} Field
 * @typedef {{ name: string, bytes: number, doc: string, fields: Field[] }} Class
 */

/** @type {Record<string, number>} */
const BYTES = { u8: 1, i8: 1, bool: 1, u16: 2, i16: 2, u32: 4, i32: 4, usize: 4, isize: 4, u64: 8, i64: 8 };

/**
 * @param {Record<string, string>} [made] texts of files that are about to be written
 * @returns {ts.SourceFile[]}
 */
export function parseCore(made = {}) {
  return filesBelow('assembly')
    .filter((file) => file.endsWith('.ts'))
    .map((file) => {
      const [, text = readFileSync(file, 'utf8')] = Object.entries(made).find(([name]) => file.endsWith(name)) ?? [];
      return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
    });
}

/**
 * @template {ts.EnumDeclaration | ts.ClassDeclaration} T
 * @param {ts.SourceFile[]} files
 * @param {string} name
 * @param {(node: ts.Node) => node is T} is
 */
function find(files, name, is) {
  const found = files.flatMap((file) => file.statements.filter(is).filter((node) => node.name?.text === name));
  if (found.length !== 1 || found[0] === undefined) {
    throw new Error(`layout: assembly/ declares ${name} ${found.length} times; once is right`);
  }
  return found[0];
}

/**
 * The text of a doc comment, in one line.
 *
 * @param {ts.Node} node
 */
function docOf(node) {
  const [doc] = ts.getJSDocCommentsAndTags(node);
  const text = doc === undefined ? '' : (ts.getTextOfJSDocComment(/** @type {ts.JSDoc} */ (doc).comment) ?? '');
  return text.replace(/\s+/g, ' ').trim();
}

/**
 * @param {ts.SourceFile[]} files
 * @param {string} name
 * @returns {Enum}
 */
export function readEnum(files, name) {
  const node = find(files, name, ts.isEnumDeclaration);
  const members = node.members.map((member) => {
    const value = Number(member.initializer?.getText());
    if (!Number.isInteger(value)) throw new Error(`layout: ${name}.${member.name.getText()} has no number`);
    return { name: member.name.getText(), value, doc: docOf(member) };
  });
  return { name, doc: docOf(node), members };
}

/** A field that is a part of a longer one: key0, key1, macHead, macTail0. AssemblyScript has no arrays in records. */
const PART = /^(.+?)((?:Head|Tail)?\d+|Head|Tail)$/;

/**
 * The fields with their offsets, each aligned to its size as AssemblyScript and C do it. The parts of a longer field
 * become one field of bytes.
 *
 * @param {ts.SourceFile[]} files
 * @param {string} name
 * @param {boolean} [isBase] its end is where another's fields begin
 * @returns {Class}
 */
export function readClass(files, name, isBase = false) {
  const node = find(files, name, ts.isClassDeclaration);
  const base = node.heritageClauses?.[0]?.types[0]?.expression.getText();
  const inherited = base === undefined ? undefined : readClass(files, base, true);
  /** @type {Field[]} */
  const fields = inherited?.fields ?? [];
  let at = inherited?.bytes ?? 0;
  let alignment = 1;
  for (const member of node.members) {
    if (!ts.isPropertyDeclaration(member)) continue;
    const type = member.type?.getText() ?? '';
    const bytes = BYTES[type];
    if (bytes === undefined) throw new Error(`layout: ${name}.${member.name.getText()} is of no plain type: ${type}`);
    alignment = Math.max(alignment, bytes);
    at = Math.ceil(at / bytes) * bytes;
    const called = member.name.getText();
    const [, stem = '', part = ''] = PART.exec(called) ?? [];
    const last = fields.at(-1);
    if (part !== '' && last?.name === stem) last.count += bytes;
    else if (part !== '')
      fields.push({ name: stem, type: 'u8', bytes: 1, count: bytes, offset: at, doc: docOf(member) });
    else fields.push({ name: called, type, bytes, count: 1, offset: at, doc: docOf(member) });
    at += bytes;
  }
  // offsetof<T>() has no padding at its end, sizeof in C has.
  if (at % alignment !== 0 && !isBase) throw new Error(`layout: ${name} ends unaligned: sizeof in C would be larger`);
  return { name, bytes: at, doc: docOf(node), fields };
}
