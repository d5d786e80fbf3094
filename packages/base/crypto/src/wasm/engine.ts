/** The part of the global `WebAssembly` that is used here, in browsers, workers and Node alike. */
interface Engine {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object
  readonly Instance: new (module: object) => { readonly exports: KernelExports }
  validate(bytes: Uint8Array<ArrayBuffer>): boolean
}

/** What a module of ours exports. */
export interface KernelExports {
  readonly memory: { readonly buffer: ArrayBuffer }
  run(first: number, second: number): number
}

/** An instance of a module; undefined where the engine has no WebAssembly, not enough of it, or refuses (some pages do). */
export function instantiate(module: Uint8Array<ArrayBuffer>): KernelExports | undefined {
  const engine = (globalThis as { readonly WebAssembly?: Engine }).WebAssembly
  try {
    return engine?.validate(module) ? new engine.Instance(new engine.Module(module)).exports : undefined
  } catch {
    return undefined
  }
}
