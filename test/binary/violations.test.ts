/** The checker is checked: it finds each violation in a small module made for it. */
import { describe, expect, it } from 'vitest';
import { deepest } from './calls.js';
import { violations } from './violations.js';
import { readWat } from './wasm-module.js';

const CLEAN = `(module
  (global $end i32 (i32.const 64)) (export "__heap_base" (global $end)) (memory 1) (export "memory" (memory 0))
  (func $a (export "a") (param i32) (result i32) (local i64) (i32.add (call $b (local.get 0)) (i32.const 1)))
  (func $b (param i32) (result i32) (local i32) (loop $again (br_if $again (i32.load (local.get 0)))) (local.get 0)))`;

const BROKEN: [string, string, RegExp][] = [
  ['an import', '(import "env" "now" (func $now (result i32)))', /^import: "env" "now"/],
  ['an imported memory', '(import "env" "memory" (memory 1))', /^import/],
  ['memory.grow', '(memory 1) (func (export "f") (drop (memory.grow (i32.const 1))))', /^memory.grow in f/],
  [
    'a mutable global',
    '(global $g (mut i32) (i32.const 0)) (func (export "f") (global.set $g (i32.const 1)))',
    /^mutable global/,
  ],
  ['a function that calls itself', '(func $f (export "f") (call $f))', /^recursion: f → f/],
  [
    'functions that call each other',
    '(func $f (export "f") (call $g)) (func $g (export "g") (call $f))',
    /^recursion: f → g → f/,
  ],
  [
    'call_indirect',
    '(type $t (func)) (table 1 funcref) (func (export "f") (call_indirect (type $t) (i32.const 0)))',
    /^indirect call: call_indirect in f/,
  ],
  [
    'call_ref',
    '(type $t (func)) (func (export "f") (param (ref $t)) (call_ref $t (local.get 0)))',
    /^indirect call: call_ref in f/,
  ],
  ['entries in a table', '(table 1 funcref) (func $f (export "f")) (elem (i32.const 0) $f)', /^table entries/],
  [
    'a floating-point instruction',
    '(func (export "f") (param i32) (result i32) (i32.trunc_f64_s (f64.convert_i32_s (local.get 0))))',
    /^floating point: f64.convert_i32_s in f/,
  ],
  [
    'a floating-point local',
    '(func (export "f") (local $x f32) (local.set $x (f32.const 0)))',
    /^floating point: f32 in f/,
  ],
  ['a floating-point parameter', '(func (export "f") (param f64))', /^floating point/],
  ['a floating-point global', '(global $g f64 (f64.const 1)) (export "g" (global $g))', /^floating point/],
  [
    'a division of 64 bits',
    '(func (export "f") (param i64) (result i64) (i64.rem_u (local.get 0) (i64.const 10)))',
    /^64-bit division: i64.rem_u in f/,
  ],
  [
    'a reinterpreting instruction',
    '(func (export "f") (param i64) (result i64) (i64.reinterpret_f64 (f64.reinterpret_i64 (local.get 0))))',
    /^floating point/,
  ],
];

describe('the reader of binaries', () => {
  it('finds nothing in a module that keeps every promise', () => {
    expect(violations(readWat(CLEAN))).toEqual([]);
  });

  it.each(BROKEN)('finds %s', (_name, body, expected) => {
    const found = violations(readWat(`(module ${body})`));
    expect(found.some((each) => expected.test(each))).toBe(true);
  });

  it('adds up the frames of the deepest calls', () => {
    const module = readWat(CLEAN);
    expect(deepest(module, () => 1).total).toBe(2);
    expect(deepest(module, (id) => module.functions.get(id)?.frameBytes ?? 0).total).toBe(12 + 8);
    expect(module.constants.get('__heap_base')).toBe(64);
  });

  it('counts loops', () => {
    const loops = [...readWat(CLEAN).functions.values()].map((each) => each.loops);
    expect(loops).toEqual([0, 1]);
  });
});
