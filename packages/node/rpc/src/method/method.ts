import type { Json, JsonOutput } from '../json/value.ts'
import { RPC_ERROR } from '../rpcError.ts'
import type { Schema } from '../schema/schema.ts'
import type { RpcArguments } from './arguments.ts'

/**
 * What JSON type an argument must have. `hash` is 64 hexadecimal digits, `hex` any even number of them, `amount`
 * bitcoins as number or text, `any` whatever the handler can make of it.
 */
export type ParamType = 'string' | 'number' | 'bool' | 'array' | 'object' | 'hash' | 'hex' | 'amount' | 'any'

export interface RpcParam {
  readonly name: string
  /** Other names it goes by. */
  readonly aliases?: readonly string[]
  readonly type: ParamType
  readonly optional?: boolean
  /** Of any type; a command line passes it on as text. */
  readonly asText?: boolean
  /** How it stands in signatures, where its name and type do not say it; nothing for one that they leave out. */
  readonly form?: string
  /** Of an object: members that may also be given by name beside the parameters. */
  readonly options?: readonly RpcParam[]
  /** Of a list or an object: what is in it. */
  readonly shape?: Schema
  /** What counts where nothing is given: the getters of {@link RpcArguments} give it. */
  readonly default?: Json
  readonly help: string
}

export interface RpcContext {
  /** Path of the request: `/`, `/wallet/x`, `/lightning/alice`. */
  readonly path: string
}

export interface RpcErrorCase {
  readonly code: number
  /** When it comes, or its words. */
  readonly message: string
}

/** A method as it stands where it is answered. */
export interface RpcMethod {
  readonly name: string
  /** Heading under which `help` lists it: `Blockchain`, `Mining`… */
  readonly group: string
  readonly help: string
  readonly params: readonly RpcParam[]
  /** It does nothing any more: help says what came in its place, and no more. */
  readonly retired?: boolean
  /** Answers, or throws an `RpcError`. */
  handler(args: RpcArguments, context: RpcContext): JsonOutput | Promise<JsonOutput>
}

/** A method as callers are told of it: what help, client, OpenRPC and the reference are made from. */
export interface DescribedMethod extends RpcMethod {
  /** The shape of the answer. */
  readonly result: Schema
  /** What callers must reckon with, beside wrong arguments. */
  readonly errors: readonly RpcErrorCase[]
}

/** Makes a mandatory parameter. */
export const param = (
  name: string,
  type: ParamType,
  help: string,
  more: Pick<RpcParam, 'aliases' | 'shape' | 'form'> = {},
): RpcParam => ({ name, type, help, ...more })

/** Makes a parameter that may be left out. */
export const optional = (
  name: string,
  type: ParamType,
  help: string,
  more: Pick<RpcParam, 'aliases' | 'default' | 'shape' | 'form'> = {},
): RpcParam => ({ name, type, help, optional: true, ...more })

/** An error with its number. */
export const errorCase = (code: keyof typeof RPC_ERROR, message: string): RpcErrorCase => ({
  code: RPC_ERROR[code],
  message,
})
