import { assert, decodeHex } from '@ply/bytes'
import type { Sats } from '@ply/primitives'
import { parseBtcAmount } from '../json/amount.ts'
import { expectArray, expectBoolean, expectInt64, expectInteger, expectObject, expectString } from '../json/expect.ts'
import type { Json, JsonObject } from '../json/value.ts'
import { RPC_ERROR, RpcError } from '../rpcError.ts'
import type { RpcParam } from './method.ts'

/** 32 bytes from 64 hexadecimal digits in display order, reversed; Bitcoin Core's words for what is wrong. */
export function parseHash(value: Json, name: string): Uint8Array {
  const text = expectString(value)
  const length = Buffer.byteLength(text)
  if (length !== 64) {
    throw new RpcError(RPC_ERROR.invalidParameter, `${name} must be of length 64 (not ${length}, for '${text}')`)
  }
  const decoded = decodeHex(text)
  if (!decoded.ok) {
    throw new RpcError(RPC_ERROR.invalidParameter, `${name} must be hexadecimal string (not '${text}')`)
  }
  return decoded.value.reverse()
}

/** Bytes from hexadecimal text. */
export function parseHexBytes(value: Json, name: string): Uint8Array {
  const decoded = typeof value === 'string' ? decodeHex(value) : undefined
  if (decoded?.ok) return decoded.value
  const shown = typeof value === 'string' ? value : ''
  throw new RpcError(RPC_ERROR.invalidParameter, `${name} must be hexadecimal string (not '${shown}')`)
}

/**
 * The arguments of one call, by the names of the method's parameters. Where one was left out, getters give the default
 * of its parameter, or what they are told where that depends. They throw an {@link RpcError}.
 */
export class RpcArguments {
  readonly #values: ReadonlyMap<string, Json>
  readonly #params: readonly RpcParam[]

  /** How many were given, those that are null and stand before others included. */
  readonly count: number

  constructor(params: readonly RpcParam[], values: ReadonlyMap<string, Json>, count = values.size) {
    this.#params = params
    this.#values = values
    this.count = count
  }

  /** The value as it came, or undefined where it was left out or null. */
  value(name: string): Json | undefined {
    return this.#values.get(name) ?? undefined
  }

  has(name: string): boolean {
    return this.value(name) !== undefined
  }

  #given(name: string): Json {
    const value = this.value(name) ?? this.#params.find((param) => param.name === name)?.default
    assert(value !== undefined, `argument ${name} is optional and was read without a default`)
    return value
  }

  string(name: string, otherwise?: string): string {
    if (otherwise !== undefined && !this.has(name)) return otherwise
    return expectString(this.#given(name))
  }

  /** A whole number of 32 bits. */
  integer(name: string, otherwise?: number): number {
    return this.integerWithin(name, [-0x80000000, 0x7fffffff], otherwise)
  }

  /** A whole number between `bounds` (inclusive). */
  integerWithin(name: string, bounds: readonly [number, number], otherwise?: number): number {
    if (otherwise !== undefined && !this.has(name)) return otherwise
    return expectInteger(this.#given(name), bounds)
  }

  /** A whole number of 64 bits. */
  int64(name: string): bigint {
    return expectInt64(this.#given(name))
  }

  boolean(name: string, otherwise?: boolean): boolean {
    if (otherwise !== undefined && !this.has(name)) return otherwise
    return expectBoolean(this.#given(name))
  }

  /** A level of detail, which may also be given as false (0) and true (1). */
  verbosity(name: string): number {
    const value = this.value(name)
    if (typeof value === 'boolean') return value ? 1 : 0
    return this.integer(name)
  }

  /** Bitcoins, in satoshi. */
  amount(name: string, otherwise?: Sats): Sats {
    if (otherwise !== undefined && !this.has(name)) return otherwise
    const amount = parseBtcAmount(this.#given(name))
    if (!amount.ok) throw new RpcError(RPC_ERROR.type, amount.error)
    return amount.value
  }

  /** 32 bytes in internal order, written in display order. */
  hash(name: string): Uint8Array {
    return parseHash(this.#given(name), name)
  }

  hex(name: string): Uint8Array {
    return parseHexBytes(this.#given(name), name)
  }

  array(name: string, otherwise?: readonly Json[]): readonly Json[] {
    if (otherwise !== undefined && !this.has(name)) return otherwise
    return expectArray(this.#given(name))
  }

  object(name: string, otherwise?: JsonObject): JsonObject {
    if (otherwise !== undefined && !this.has(name)) return otherwise
    return expectObject(this.#given(name))
  }
}
