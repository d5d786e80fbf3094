import { assert, type Result } from '@ply/bytes'
import type { CommandError, CommandErrorCode, CommandResult } from '@ply/lightning'
import { RPC_ERROR, RpcError } from '@ply/rpc'

/** Core Lightning's numbers, where it has one for the case. */
const NUMBERS: Readonly<Record<CommandErrorCode, number>> = {
  'unknown-peer': 402,
  'peer-not-connected': 402,
  'peer-has-channels': 402,
  'connect-failed': 401,
  'unknown-channel': RPC_ERROR.invalidParams,
  'channel-refused': 300,
  'channel-not-usable': 300,
  'funding-failed': 301,
  'bad-amount': RPC_ERROR.invalidParams,
  'bad-invoice': RPC_ERROR.invalidParams,
  'wrong-network': RPC_ERROR.invalidParams,
  'invoice-expired': 207,
  'amount-missing': RPC_ERROR.invalidParams,
  'unsupported-invoice': RPC_ERROR.invalidParams,
  'already-paid': 201,
  'payment-in-flight': 200,
  'own-invoice': RPC_ERROR.invalidParams,
  'no-route': 205,
  'duplicate-payment-hash': 901,
}

export const PAY_FAILED = 203
export const PAY_IN_PROGRESS = 200
export const LABEL_TAKEN = 900
export const CLOSE_PENDING = 312

type ResultOf<R extends CommandResult, T> = R extends unknown ? (T extends R['type'] ? R : never) : never

/** The answer to a command, or its refusal as the error of the call. */
export function answerOf<T extends CommandResult['type']>(
  result: Result<CommandResult, CommandError>,
  type: T,
): ResultOf<CommandResult, T> {
  if (!result.ok) throw new RpcError(NUMBERS[result.error.code], result.error.message, { reason: result.error.code })
  assert(result.value.type === type, `a reply to ${result.value.type} where ${type} was asked for`)
  return result.value as ResultOf<CommandResult, T>
}
