import type { JsonOutput } from '../json/value.ts'
import { RPC_ERROR, RpcError } from '../rpcError.ts'
import { checkValue } from '../schema/checkValue.ts'
import type { DescribedMethod } from './method.ts'

/** The answer as it is, if it is as the method describes it. Throws the error that Bitcoin Core answers with otherwise. */
export function checkResult({ name, result }: DescribedMethod, answer: JsonOutput): JsonOutput {
  const wrong = checkValue(result, answer)
  if (wrong.length === 0) return answer
  const message = `Internal bug detected: RPC call "${name}" returned incorrect type:\n${wrong.join('\n')}`
  throw new RpcError(RPC_ERROR.misc, message)
}
