import { assert, type Result } from '@ply/bytes'
import type { CommandError, CommandErrorCode, CommandResult } from '@ply/lightning'
import { RPC_ERROR, RpcError } from '@ply/rpc'

export const PAY_IN_PROGRESS = 200
export const ALREADY_PAID = 201
export const PAY_FAILED = 203
export const ROUTE_NOT_FOUND = 205
export const INVOICE_EXPIRED = 207
export const FUNDING_FAILED = 300
export const INSUFFICIENT_FUNDS = 301
export const CLOSE_PENDING = 312
export const CONNECT_FAILED = 401
export const UNKNOWN_PEER = 402
export const LABEL_TAKEN = 900
export const PREIMAGE_TAKEN = 901

/** Core Lightning's numbers, where it has one for the case. */
const NUMBERS: Readonly<Record<CommandErrorCode, number>> = {
  'unknown-peer': UNKNOWN_PEER,
  'peer-not-connected': UNKNOWN_PEER,
  'peer-has-channels': UNKNOWN_PEER,
  'connect-failed': CONNECT_FAILED,
  'unknown-channel': RPC_ERROR.invalidParams,
  'channel-refused': FUNDING_FAILED,
  'channel-not-usable': FUNDING_FAILED,
  'funding-failed': INSUFFICIENT_FUNDS,
  'bad-amount': RPC_ERROR.invalidParams,
  'bad-invoice': RPC_ERROR.invalidParams,
  'wrong-network': RPC_ERROR.invalidParams,
  'invoice-expired': INVOICE_EXPIRED,
  'amount-missing': RPC_ERROR.invalidParams,
  'unsupported-invoice': RPC_ERROR.invalidParams,
  'already-paid': ALREADY_PAID,
  'payment-in-flight': PAY_IN_PROGRESS,
  'own-invoice': RPC_ERROR.invalidParams,
  'no-route': ROUTE_NOT_FOUND,
  'duplicate-payment-hash': PREIMAGE_TAKEN,
}

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
