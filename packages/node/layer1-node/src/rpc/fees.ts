import type { BucketRange, HorizonName, StatsEstimate } from '@ply/mempool'
import {
  btcAmount,
  type JsonOutput,
  optional,
  param,
  RawNumber,
  RPC_ERROR,
  type RpcArguments,
  RpcError,
  type RpcMethod,
} from '@ply/rpc'
import type { Layer1Node } from '../layer1Node.ts'

const MODES: readonly string[] = ['unset', 'economical', 'conservative']
const HORIZONS: readonly HorizonName[] = ['short', 'medium', 'long']

function readTarget({ mempool, estimatesFees }: Layer1Node, args: RpcArguments): number {
  if (!estimatesFees) throw new RpcError(RPC_ERROR.internal, 'Fee estimation disabled')
  const target = args.integer('conf_target')
  const most = mempool.estimator.maxTarget('long')
  if (target >= 1 && target <= most) return target
  throw new RpcError(RPC_ERROR.invalidParameter, `Invalid conf_target, must be between 1 and ${most}`)
}

function estimateSmart(node: Layer1Node, args: RpcArguments): JsonOutput {
  const target = readTarget(node, args)
  const mode = args.string('estimate_mode').toLowerCase()
  if (!MODES.includes(mode)) {
    const modes = MODES.map((name) => `"${name}"`).join(', ')
    const message = `Invalid estimate_mode parameter, must be one of: ${modes}`
    throw new RpcError(RPC_ERROR.invalidParameter, message)
  }
  const { mempool } = node
  const { feeRate, blocks } = mempool.estimator.estimateSmart(target, { conservative: mode === 'conservative' })
  const { fallbackFeeRate } = mempool.mempool.options
  const minimum = mempool.minFeeRate()
  const answer = feeRate ?? fallbackFeeRate
  if (answer === undefined) return { errors: ['Insufficient data or no feerate found'], blocks }
  return {
    feerate: btcAmount(answer > minimum ? answer : minimum),
    blocks: feeRate === undefined ? target : blocks,
  }
}

const hundredths = (value: number): number => Math.round(value * 100) / 100

function rangeJson(range: BucketRange | undefined): JsonOutput {
  const { start, end, withinTarget, totalConfirmed, inMempool, leftMempool } = range ?? {
    start: -1,
    end: -1,
    withinTarget: 0,
    totalConfirmed: 0,
    inMempool: 0,
    leftMempool: 0,
  }
  return {
    startrange: Math.round(start),
    // The last range has no end.
    endrange: end > Number.MAX_SAFE_INTEGER ? new RawNumber('1e+99') : Math.round(end),
    withintarget: hundredths(withinTarget),
    totalconfirmed: hundredths(totalConfirmed),
    inmempool: hundredths(inMempool),
    leftmempool: hundredths(leftMempool),
  }
}

function horizonJson({ feeRate, pass, fail, decay, scale }: StatsEstimate): JsonOutput {
  if (feeRate === undefined || Math.round(feeRate) === 0) {
    const errors = ['Insufficient data or no feerate found which meets threshold']
    return { decay, scale, fail: rangeJson(fail), errors }
  }
  const feerate = btcAmount(BigInt(Math.round(feeRate)))
  return { feerate, decay, scale, pass: rangeJson(pass), fail: fail && rangeJson(fail) }
}

function readThreshold(args: RpcArguments): number {
  const given = args.value('threshold')
  const threshold = given === undefined ? 0.95 : Number(given instanceof RawNumber ? given.text : given)
  if (!Number.isFinite(threshold)) throw new RpcError(RPC_ERROR.misc, 'JSON double out of range')
  if (threshold >= 0 && threshold <= 1) return threshold
  throw new RpcError(RPC_ERROR.invalidParameter, 'Invalid threshold')
}

function estimateRaw(node: Layer1Node, args: RpcArguments): JsonOutput {
  const target = readTarget(node, args)
  const threshold = readThreshold(args)
  const { estimator } = node.mempool
  const reaching = HORIZONS.filter((horizon) => target <= estimator.maxTarget(horizon))
  return Object.fromEntries(
    reaching.map((horizon) => [horizon, horizonJson(estimator.estimateRaw(target, threshold, horizon))]),
  )
}

export const feeMethods = (node: Layer1Node): RpcMethod[] => [
  {
    name: 'estimatesmartfee',
    group: 'Util',
    help: 'The feerate per kvB that confirms a transaction within some blocks.',
    params: [
      param('conf_target', 'number', 'Blocks.'),
      optional('estimate_mode', 'string', 'economical, or conservative: not lowered by a quiet hour.', {
        default: 'economical',
      }),
    ],
    handler: (args) => estimateSmart(node, args),
  },
  {
    name: 'estimaterawfee',
    group: 'Hidden',
    help: 'What the statistics behind fee estimates say, for each horizon that reaches the target.',
    params: [
      param('conf_target', 'number', 'Blocks.'),
      optional('threshold', 'number', 'The part of transactions that must have confirmed in time.'),
    ],
    handler: (args) => estimateRaw(node, args),
  },
]
