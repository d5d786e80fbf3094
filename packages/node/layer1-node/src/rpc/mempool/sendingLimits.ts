import { computeFee } from '@ply/mempool'
import { sats, type Transaction } from '@ply/primitives'
import { optional, RawNumber, RPC_ERROR, type RpcArguments, RpcError } from '@ply/rpc'
import { isUnspendable, MAX_SCRIPT_ELEMENT_SIZE, OP_NOP10, parseScript } from '@ply/script'

const MAX_FEE_RATE = sats(100_000_000)

/** What protects senders from themselves. */
export const maxFeeRateParam = optional('maxfeerate', 'amount', 'Refuse what pays more per kvB; 0 for no limit.', {
  default: new RawNumber('0.10000000'),
})
export const maxBurnParam = optional('maxburnamount', 'amount', 'Refuse to burn more than this.', {
  default: new RawNumber('0.00000000'),
})

/** Satoshi per 1000 vbytes, or undefined for no limit. */
export function readMaxFeeRate(args: RpcArguments): bigint | undefined {
  const rate = args.amount('maxfeerate')
  if (rate >= MAX_FEE_RATE) {
    throw new RpcError(RPC_ERROR.invalidParameter, 'Fee rates larger than or equal to 1BTC/kvB are not accepted')
  }
  return rate === 0n ? undefined : rate
}

/** True if `fee` is more than the limit allows; the limit of a rate that rounds to no fee is none. */
export function exceedsMaxFee(maxFeeRate: bigint | undefined, fee: bigint, vsize: number): boolean {
  const limit = maxFeeRate === undefined ? 0n : computeFee(maxFeeRate, vsize)
  return limit > 0n && fee > limit
}

/** Error -25 if an output burns more than the argument `maxburnamount` allows. */
export function checkBurn(transactions: readonly Transaction[], maxBurn: bigint): void {
  const outputs = transactions.flatMap((tx) => tx.outputs)
  if (outputs.every(({ scriptPubKey, value }) => value <= maxBurn || !isBurn(scriptPubKey))) return
  throw new RpcError(RPC_ERROR.verify, 'Unspendable output exceeds maximum configured by user (maxburnamount)')
}

/** Nothing can spend it, or a part of it is no operation. */
function isBurn(script: Uint8Array): boolean {
  const operations = parseScript(script)
  return (
    isUnspendable(script) ||
    !operations.ok ||
    operations.value.some(({ opcode, data }) => !isValidOperation(opcode, data))
  )
}

const isValidOperation = (opcode: number, data: Uint8Array | undefined): boolean =>
  opcode <= OP_NOP10 && (data?.length ?? 0) <= MAX_SCRIPT_ELEMENT_SIZE
