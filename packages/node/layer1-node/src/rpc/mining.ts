import { bytesToHex, decodeHex, equalBytes, unwrap } from '@ply/bytes'
import { type BlockNode, computeMinimumTime, DEFAULT_BLOCK_MIN_FEE_RATE, WITNESS_RESERVED_VALUE } from '@ply/chain'
import { computeNextBits, findWitnessCommitment, isBuriedActive } from '@ply/consensus'
import {
  type Block,
  type BlockHash,
  computeBlockHash,
  decodeHeader,
  hashToDisplay,
  hasWitness,
  HEADER_SIZE,
  type NetworkParameters,
} from '@ply/primitives'
import {
  btcAmount,
  type JsonOutput,
  optional,
  param,
  RPC_ERROR,
  type RpcArguments,
  RpcError,
  type RpcMethod,
} from '@ply/rpc'
import { createScript, OP_RETURN } from '@ply/script'
import type { Layer1Node } from '../layer1Node.ts'
import type { AutominePolicy } from '../mining/automine.ts'
import { bitsHex, difficultyJson, targetHex } from './json/blockJson.ts'
import { readAddress, readBlockHex } from './lookups.ts'
import { networkHashRateJson } from './networkHashRate.ts'

const group = 'Mining'
const MAX_BLOCKS = 100_000
/** Rewards that go to nobody. */
const BURN = createScript([OP_RETURN])

/** BIP 145: miners may leave the witness reserved value out; it is 32 zero bytes then. */
function addReservedValue(block: Block, previous: BlockNode | undefined, network: NetworkParameters): Block {
  const [coinbase, ...rest] = block.transactions
  if (!coinbase || !previous || hasWitness(coinbase) || findWitnessCommitment(coinbase) < 0) return block
  if (!isBuriedActive('segwit', previous.height + 1, network)) return block
  const [input, ...inputs] = coinbase.inputs
  if (!input) return block
  const completed = { ...coinbase, inputs: [{ ...input, witness: [WITNESS_RESERVED_VALUE] }, ...inputs] }
  return { ...block, transactions: [completed, ...rest] }
}

/** BIP 22's word for how a submitted block was taken. */
async function submitBlock({ chain, network }: Layer1Node, submitted: Block): Promise<JsonOutput> {
  const block = addReservedValue(submitted, chain.find(submitted.header.previousBlockHash), network)
  const hash = computeBlockHash(block.header)
  const isNew = chain.find(hash)?.data === undefined
  let connected = false
  const unsubscribe = chain.subscribe({
    // It may leave again, for a block above it that turns out bad.
    blockConnected: ({ node }) => void (connected ||= equalBytes(node.hash, hash)),
  })
  const accepted = await chain.acceptBlock(block, { requested: true }).finally(unsubscribe)
  if (!accepted.ok) return accepted.error.reason
  if (!isNew) return 'duplicate'
  return connected ? null : 'inconclusive'
}

function policyJson(policy: AutominePolicy): JsonOutput {
  return 'ms' in policy ? { mode: policy.type, seconds: policy.ms / 1000 } : { mode: policy.type }
}

function readPolicy(args: RpcArguments): AutominePolicy {
  const mode = args.value('policy')
  if (mode === true || mode === 'on' || mode === 'transaction') return { type: 'transaction' }
  if (mode === false || mode === 'off') return { type: 'off' }
  if (mode === 'interval' || mode === 'poisson') {
    return { type: mode, ms: 1000 * args.integerWithin('seconds', [1, 86_400]) }
  }
  throw new RpcError(RPC_ERROR.invalidParameter, 'mode must be on, off, interval or poisson')
}

/** Mines a branch of `length` blocks from `depth` below the tip: longer than what it replaces, a reorg. */
async function reorg(node: Layer1Node, args: RpcArguments): Promise<JsonOutput> {
  const { chain, miner } = node
  const before = chain.tip
  const depth = args.integerWithin('depth', [1, MAX_BLOCKS])
  if (depth > before.height)
    throw new RpcError(RPC_ERROR.invalidParameter, `The chain has only ${before.height} blocks`)
  const length = args.integerWithin('length', [1, MAX_BLOCKS], depth + 1)
  const fork = before.ancestor(before.height - depth)!
  const scriptPubKey = args.has('address') ? readAddress(node, args, 'address') : BURN
  const connected: BlockNode[] = []
  let previous = fork
  for (let i = 0; i < length; i++) {
    const isNew = (hash: BlockHash): boolean => chain.find(hash) === undefined
    const block = await miner.mine({ scriptPubKey, packages: [], previous, isNew })
    if (!block) throw new RpcError(RPC_ERROR.misc, 'No proof of work was found')
    previous = unwrap(await chain.acceptBlock(block, { requested: true }))
    connected.push(previous)
  }
  const disconnected: string[] = []
  for (let at = before; at !== fork && at.previous; at = at.previous) disconnected.push(hashToDisplay(at.hash))
  const active = chain.tree.active.contains(previous)
  return {
    disconnected: active ? disconnected : [],
    connected: active ? connected.map((block) => hashToDisplay(block.hash)) : [],
    fork: { hash: hashToDisplay(fork.hash), height: fork.height },
    active,
  }
}

function miningInfo(node: Layer1Node): JsonOutput {
  const { network, miner } = node
  const { tip } = node.chain
  const time = Math.max(node.mempool.now(), computeMinimumTime(tip, network))
  const bits = computeNextBits(tip, time, network)
  const { signetChallenge } = network.consensus
  return {
    blocks: tip.height,
    currentblockweight: miner.lastTemplate?.weight,
    currentblocktx: miner.lastTemplate?.transactions,
    bits: bitsHex(tip.bits),
    difficulty: difficultyJson(tip.bits),
    target: targetHex(tip.bits),
    networkhashps: networkHashRateJson(node),
    pooledtx: node.mempool.mempool.size,
    blockmintxfee: btcAmount(miner.options.minFeeRate ?? DEFAULT_BLOCK_MIN_FEE_RATE),
    chain: network.name,
    next: { height: tip.height + 1, bits: bitsHex(bits), difficulty: difficultyJson(bits), target: targetHex(bits) },
    signet_challenge: signetChallenge && bytesToHex(signetChallenge),
    warnings: node.warnings.texts,
  }
}

export function miningMethods(node: Layer1Node): RpcMethod[] {
  return [
    {
      name: 'submitblock',
      group,
      help: 'Gives a block to the chain. Null if it was taken, else the reason.',
      params: [param('hexdata', 'string', 'The block.'), optional('dummy', 'string', 'Not used.')],
      handler: (args) => submitBlock(node, readBlockHex(args.string('hexdata'))),
    },
    {
      name: 'submitheader',
      group,
      help: 'Gives a header to the chain.',
      params: [param('hexdata', 'string', 'The header.')],
      handler: async (args) => {
        const bytes = decodeHex(args.string('hexdata'))
        // What comes behind the header, as the rest of a block, is no matter.
        const header = bytes.ok ? decodeHeader(bytes.value.subarray(0, HEADER_SIZE)) : bytes
        if (!header.ok) throw new RpcError(RPC_ERROR.deserialization, 'Block header decode failed')
        if (!node.chain.find(header.value.previousBlockHash)) {
          const previous = hashToDisplay(header.value.previousBlockHash)
          throw new RpcError(RPC_ERROR.verify, `Must submit previous header (${previous}) first`)
        }
        const accepted = await node.chain.acceptHeaders([header.value])
        if (!accepted.ok) throw new RpcError(RPC_ERROR.verify, accepted.error.reason)
        return null
      },
    },
    {
      name: 'getmininginfo',
      group,
      help: 'State of mining.',
      params: [],
      handler: () => miningInfo(node),
    },
    {
      name: 'reorg',
      group: 'Playground',
      help: 'Replaces the last blocks by others that are mined now: a real fork with more work.',
      params: [
        param('depth', 'number', 'Blocks to take off.'),
        optional('length', 'number', 'Blocks to put on; one more than were taken off.'),
        optional('address', 'string', 'Who is paid for the new blocks; nobody if missing.'),
      ],
      handler: (args) => reorg(node, args),
    },
    {
      name: 'setautomine',
      group: 'Playground',
      help: 'When blocks come by themselves: on (with each transaction), off, at an interval, or by chance.',
      params: [
        param('policy', 'any', 'on, off, interval or poisson.'),
        optional('seconds', 'number', 'Between two blocks, with poisson on average.', { default: 10 }),
      ],
      handler: (args) => {
        node.automine.set(readPolicy(args))
        return policyJson(node.automine.policy)
      },
    },
    {
      name: 'getautomine',
      group: 'Playground',
      help: 'When blocks come by themselves.',
      params: [],
      handler: () => policyJson(node.automine.policy),
    },
  ]
}
