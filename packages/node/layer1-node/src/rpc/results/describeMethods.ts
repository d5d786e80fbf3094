import { assert } from '@ply/bytes'
import type { RpcMethod, Schema } from '@ply/rpc'
import { blockchainResults } from './blockchain.ts'
import { controlResults } from './control.ts'
import { LAYER1_ERRORS } from './errors.ts'
import { miningResults } from './mining.ts'
import { networkResults } from './network.ts'
import { psbtResults } from './psbt.ts'
import { transactionResults } from './transactions.ts'

/** What every method of a Layer 1 node answers, by its name. */
export const LAYER1_RESULTS: Readonly<Record<string, Schema>> = {
  ...blockchainResults,
  ...transactionResults,
  ...psbtResults,
  ...miningResults,
  ...networkResults,
  ...controlResults,
}

/** The methods, each with the shape of its answer and the errors that callers must reckon with. */
export function describeMethods(methods: readonly RpcMethod[]): RpcMethod[] {
  return methods.map((method) => {
    const known = Object.hasOwn(LAYER1_RESULTS, method.name) ? LAYER1_RESULTS[method.name] : undefined
    assert(!known || !method.result, `the result of ${method.name} is described twice`)
    const errors = Object.hasOwn(LAYER1_ERRORS, method.name) ? LAYER1_ERRORS[method.name] : undefined
    return { ...method, ...(known && { result: known }), ...(errors && { errors }) }
  })
}
