/** The part of WebAssembly that the host uses: neither the ES library nor Node's types have it, only the DOM's. */
declare namespace WebAssembly {
  interface ModuleExportDescriptor {
    kind: 'function' | 'global' | 'memory' | 'table';
    name: string;
  }
  interface ModuleImportDescriptor extends ModuleExportDescriptor {
    module: string;
  }
  interface Module {
    readonly [Symbol.toStringTag]?: string;
  }
  const Module: {
    new (bytes: Uint8Array | ArrayBuffer): Module;
    exports(module: Module): ModuleExportDescriptor[];
    imports(module: Module): ModuleImportDescriptor[];
  };
  interface Instance {
    readonly exports: Record<string, unknown>;
  }
  const Instance: new (module: Module) => Instance;
  interface Memory {
    readonly buffer: ArrayBuffer;
  }
  const Memory: new (descriptor: { initial: number }) => Memory;
  interface Global {
    readonly value: unknown;
  }
  const Global: new (descriptor: { value: 'i32'; mutable?: boolean }, value: number) => Global;
  class RuntimeError extends Error {}
  function compile(bytes: Uint8Array | ArrayBuffer): Promise<Module>;
}
