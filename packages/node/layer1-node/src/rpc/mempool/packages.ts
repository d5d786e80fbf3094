import { compareBytes } from '@ply/bytes'
import { formatViolation } from '@ply/consensus'
import { type AcceptResult, isChildWithLoneParents, MAX_PACKAGE_COUNT, type PackageResult } from '@ply/mempool'
import { hashToDisplay, type Transaction } from '@ply/primitives'
import { type Json, type JsonOutput, param, RPC_ERROR, type RpcArguments, RpcError, type RpcMethod } from '@ply/rpc'
import type { Layer1Node } from '../../layer1Node.ts'
import { acceptedFeesJson, idsJson } from '../json/mempoolJson.ts'
import { readTransactionHex } from '../lookups.ts'
import { checkBurn, exceedsMaxFee, maxBurnParam, maxFeeRateParam, readMaxFeeRate } from './sendingLimits.ts'
import { HEX_TRANSACTIONS } from '../paramShapes.ts'

const group = 'Rawtransactions'

function checkCount(list: readonly Json[]): void {
  if (list.length > 0 && list.length <= MAX_PACKAGE_COUNT) return
  const message = `Array must contain between 1 and ${MAX_PACKAGE_COUNT} transactions.`
  throw new RpcError(RPC_ERROR.invalidParameter, message)
}

function readTransactions(list: readonly Json[]): Transaction[] {
  return list.map((item) => {
    try {
      return readTransactionHex(item)
    } catch (error) {
      if (!(error instanceof RpcError) || error.code !== RPC_ERROR.deserialization) throw error
      const message = `TX decode failed: ${String(item)} Make sure the tx has at least one input.`
      throw new RpcError(RPC_ERROR.deserialization, message)
    }
  })
}

function verdictJson(tx: Transaction, result: AcceptResult | undefined): JsonOutput {
  const ids = idsJson(tx)
  if (!result) return ids
  if (result.ok) {
    return { ...ids, allowed: true, vsize: result.value.entry.vsize, fees: acceptedFeesJson(result.value) }
  }
  const { failure, reason } = result.error
  if (failure === 'missing-inputs') return { ...ids, allowed: false, 'reject-reason': 'missing-inputs' }
  return { ...ids, allowed: false, 'reject-reason': reason, 'reject-details': formatViolation(result.error) }
}

/** Behind the first fee that is too high to be meant, nothing is said any more. */
function verdictsJson(
  transactions: readonly Transaction[],
  { message, policy, results }: PackageResult,
  maxFeeRate: bigint | undefined,
): JsonOutput {
  if (policy) return transactions.map((tx) => ({ ...idsJson(tx), 'package-error': message }))
  const tooHigh = results.findIndex(
    (result) => result?.ok && exceedsMaxFee(maxFeeRate, result.value.entry.fee, result.value.entry.vsize),
  )
  return transactions.map((tx, i) => {
    if (tooHigh < 0 || i < tooHigh) return verdictJson(tx, results[i])
    const ids = idsJson(tx)
    return i === tooHigh ? { ...ids, allowed: false, 'reject-reason': 'max-fee-exceeded' } : ids
  })
}

async function testMempoolAccept({ mempool }: Layer1Node, args: RpcArguments): Promise<JsonOutput> {
  const list = args.array('rawtxs')
  checkCount(list)
  const maxFeeRate = readMaxFeeRate(args)
  const transactions = readTransactions(list)
  return verdictsJson(transactions, await mempool.testAccept(transactions), maxFeeRate)
}

function memberJson(tx: Transaction, result: AcceptResult | undefined): JsonOutput {
  const { txid, wtxid } = idsJson(tx)
  if (!result) return { txid, error: 'package-not-validated' }
  if (!result.ok) return { txid, error: formatViolation(result.error) }
  const { entry } = result.value
  const other = hashToDisplay(entry.wtxid)
  if (other !== wtxid) return { txid, 'other-wtxid': other }
  return { txid, vsize: entry.vsize, fees: acceptedFeesJson(result.value) }
}

function packageJson(transactions: readonly Transaction[], { message, results }: PackageResult): JsonOutput {
  const replaced = results.flatMap((result) => (result?.ok ? result.value.replaced : []))
  replaced.sort((a, b) => compareBytes(a.txid, b.txid))
  return {
    package_msg: message,
    'tx-results': Object.fromEntries(transactions.map((tx, i) => [idsJson(tx).wtxid, memberJson(tx, results[i])])),
    'replaced-transactions': replaced.map(({ txid }) => hashToDisplay(txid)),
  }
}

async function submitPackage({ mempool }: Layer1Node, args: RpcArguments): Promise<JsonOutput> {
  const list = args.array('package')
  checkCount(list)
  const maxFeeRate = readMaxFeeRate(args)
  const maxBurn = args.amount('maxburnamount')
  const transactions = readTransactions(list)
  checkBurn(transactions, maxBurn)
  if (transactions.length > 1 && !isChildWithLoneParents(transactions)) {
    const message = 'package topology disallowed. not child-with-parents or parents depend on each other.'
    throw new RpcError(RPC_ERROR.verify, message)
  }
  const options = maxFeeRate === undefined ? {} : { maxFeeRate }
  return packageJson(transactions, await mempool.acceptPackage(transactions, options))
}

export const packageMethods = (node: Layer1Node): RpcMethod[] => [
  {
    name: 'testmempoolaccept',
    group,
    help: 'Whether the mempool would take transactions.',
    params: [
      param('rawtxs', 'array', 'The transactions.', { shape: HEX_TRANSACTIONS, form: '["rawtx",...]' }),
      maxFeeRateParam,
    ],
    handler: (args) => testMempoolAccept(node, args),
  },
  {
    name: 'submitpackage',
    group,
    help: 'Gives parents and a child that pays for them to the mempool.',
    params: [
      param('package', 'array', 'The transactions, parents first.', { shape: HEX_TRANSACTIONS, form: '["rawtx",...]' }),
      maxFeeRateParam,
      maxBurnParam,
    ],
    handler: (args) => submitPackage(node, args),
  },
]
