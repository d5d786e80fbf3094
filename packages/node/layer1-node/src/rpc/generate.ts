import { bytesToHex } from '@ply/bytes'
import { formatViolation } from '@ply/consensus'
import { DEFAULT_MAX_TRIES } from '@ply/mining'
import {
  type Block,
  computeBlockHash,
  decodeAddress,
  encodeBlock,
  hashToDisplay,
  type Transaction,
  type Txid,
} from '@ply/primitives'
import {
  type Json,
  type JsonOutput,
  optional,
  param,
  parseHash,
  RPC_ERROR,
  type RpcArguments,
  RpcError,
  type RpcMethod,
} from '@ply/rpc'
import { isRanged, parseDescriptor } from '@ply/script'
import type { Layer1Node } from '../layer1Node.ts'
import { expandDescriptor } from './descriptor.ts'
import { readAddress, readTransactionHex } from './lookups.ts'
import { TEXTS } from './paramShapes.ts'

const group = 'Generating'
const MAX_BLOCKS = 100_000

async function generate(node: Layer1Node, args: RpcArguments, scriptPubKey: Uint8Array): Promise<JsonOutput> {
  const count = args.integerWithin(args.has('nblocks') ? 'nblocks' : 'num_blocks', [0, MAX_BLOCKS])
  const mined = await node.miner.generate(count, {
    scriptPubKey,
    maxTries: args.integer('maxtries'),
  })
  if (!mined.ok) throw new RpcError(RPC_ERROR.internal, `ProcessNewBlock, block not accepted: ${mined.error.reason}`)
  return mined.value.map(hashToDisplay)
}

/** The script that a descriptor stands for; of a `combo()`, P2WPKH or, where there is none, P2PKH. */
function readDescriptor({ network }: Layer1Node, text: string): Uint8Array {
  const fail = (code: number, message: string): never => {
    throw new RpcError(code, message)
  }
  const parsed = parseDescriptor(text, network)
  if (!parsed.ok) return fail(RPC_ERROR.invalidAddressOrKey, parsed.error.message)
  if (isRanged(parsed.value)) {
    const message = 'Ranged descriptor not accepted. Maybe pass through deriveaddresses first?'
    return fail(RPC_ERROR.invalidParameter, message)
  }
  const expanded = expandDescriptor(text, network)
  if (!expanded.ok) return fail(RPC_ERROR.invalidAddressOrKey, expanded.error)
  const scripts = expanded.value
  return scripts[scripts.length === 4 ? 2 : scripts.length - 1]!
}

/** The script of an address or of a descriptor. */
function readOutput(node: Layer1Node, text: string): Uint8Array {
  if (parseDescriptor(text, node.network).ok) return readDescriptor(node, text)
  const address = decodeAddress(text, node.network)
  if (address.ok) return address.value
  throw new RpcError(RPC_ERROR.invalidAddressOrKey, 'Error: Invalid address or descriptor')
}

/** A transaction to be mined: by its id if it is in the mempool, or as it is. */
function readMined(node: Layer1Node, item: Json): Transaction {
  if (typeof item !== 'string') throw new RpcError(RPC_ERROR.type, 'transactions must be strings')
  if (item.length === 64) {
    const entry = node.mempool.mempool.get(parseHash(item, 'txid') as Txid)
    if (entry) return entry.tx
    throw new RpcError(RPC_ERROR.invalidAddressOrKey, `Transaction ${item} not in mempool.`)
  }
  try {
    return readTransactionHex(item)
  } catch (error) {
    if (!(error instanceof RpcError) || error.code !== RPC_ERROR.deserialization) throw error
    const message = `Transaction decode failed for ${item}. Make sure the tx has at least one input.`
    throw new RpcError(RPC_ERROR.deserialization, message)
  }
}

async function generateBlock(node: Layer1Node, args: RpcArguments): Promise<JsonOutput> {
  const scriptPubKey = readOutput(node, args.string('output'))
  const transactions = args.array('transactions').map((item) => readMined(node, item))
  const { block } = node.miner.template({ scriptPubKey, transactions })
  const tested = await node.chain.testBlock(block)
  // Another caller's block came in between: this one is made anew on top of it.
  if (!tested.ok && tested.error.failure !== 'missing-prev') {
    throw new RpcError(RPC_ERROR.verify, `TestBlockValidity failed: ${formatViolation(tested.error)}`)
  }
  const mined = await node.miner.mine({ scriptPubKey, transactions, maxTries: DEFAULT_MAX_TRIES })
  if (!mined) throw new RpcError(RPC_ERROR.misc, 'Failed to make block.')
  return args.boolean('submit') ? submit(node, mined) : { ...hashJson(mined), hex: bytesToHex(encodeBlock(mined)) }
}

const hashJson = ({ header }: Block) => ({ hash: hashToDisplay(computeBlockHash(header)) })

async function submit({ chain }: Layer1Node, block: Block): Promise<JsonOutput> {
  const accepted = await chain.acceptBlock(block, { requested: true })
  if (accepted.ok) return hashJson(block)
  throw new RpcError(RPC_ERROR.internal, 'ProcessNewBlock, block not accepted')
}

const maxTries = optional('maxtries', 'number', 'Hashes to try for each block.', { default: DEFAULT_MAX_TRIES })

export const generateMethods = (node: Layer1Node): RpcMethod[] => [
  {
    name: 'generatetoaddress',
    group,
    help: 'Mines blocks that pay an address.',
    params: [param('nblocks', 'number', 'How many.'), param('address', 'string', 'Who is paid.'), maxTries],
    handler: (args) => generate(node, args, readAddress(node, args, 'address')),
  },
  {
    name: 'generatetodescriptor',
    group,
    help: 'Mines blocks that pay a descriptor.',
    params: [param('num_blocks', 'number', 'How many.'), param('descriptor', 'string', 'Who is paid.'), maxTries],
    handler: (args) => generate(node, args, readDescriptor(node, args.string('descriptor'))),
  },
  {
    name: 'generateblock',
    group,
    help: 'Mines a block of chosen transactions.',
    params: [
      param('output', 'string', 'Address or descriptor that is paid.'),
      param('transactions', 'array', 'Transactions, or ids of the mempool.', { shape: TEXTS }),
      optional('submit', 'bool', 'False: only show the block.', { default: true }),
    ],
    handler: (args) => generateBlock(node, args),
  },
  {
    name: 'generate',
    group: 'Hidden',
    retired: true,
    help: 'has been replaced by the -generate cli option. Refer to -help for more information.',
    params: [],
    handler: () => {
      const words = 'has been replaced by the -generate cli option. Refer to -help for more information.'
      throw new RpcError(RPC_ERROR.methodNotFound, `generate\n\n${words}\n`)
    },
  },
]
