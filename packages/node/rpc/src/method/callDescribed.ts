import { assert, unwrap } from '@ply/bytes'
import { parseJson } from '../json/parse.ts'
import { type Json, type JsonOutput, JsonText } from '../json/value.ts'
import { RPC_ERROR, RpcError } from '../rpcError.ts'
import { checkValue } from '../schema/checkValue.ts'
import type { RpcContext } from './method.ts'
import type { RpcTable } from './table.ts'

/** What any method may answer to arguments that it does not take. */
const EVERYWHERE: readonly number[] = [RPC_ERROR.misc, RPC_ERROR.type, RPC_ERROR.methodNotFound]

/**
 * A call that holds the method to its description: its answer has the shape, its error is one of those named there. An
 * answer that is written already comes as what it says.
 */
export async function callDescribed(
  table: RpcTable,
  name: string,
  params: Json,
  context: RpcContext,
): Promise<JsonOutput> {
  const described = table.methods.get(name)
  try {
    const answer = await table.call(name, params, context)
    const wrong = described ? checkValue(described.result, answer) : []
    assert(wrong.length === 0, `what ${name} answers is not as described: ${wrong.join(', ')}`)
    return answer instanceof JsonText ? unwrap(parseJson(answer.text)) : answer
  } catch (error) {
    if (!(error instanceof RpcError)) throw error
    const known = [...EVERYWHERE, ...(described?.errors ?? []).map(({ code }) => code)]
    assert(known.includes(error.code), `${name} is not described to fail with ${error.code} ${error.message}`)
    throw error
  }
}
