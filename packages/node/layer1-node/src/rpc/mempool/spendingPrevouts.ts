import { bytesToHex } from '@ply/bytes'
import { computeTxid, encodeTransaction, hashToDisplay, type OutPoint, type Txid } from '@ply/primitives'
import {
  expectInteger,
  expectObject,
  type Json,
  type JsonObject,
  type JsonOutput,
  jsonTypeName,
  optional,
  param,
  parseHash,
  RPC_ERROR,
  type RpcArguments,
  RpcError,
  type RpcMethod,
} from '@ply/rpc'
import type { TxoSpender } from '../../index/txoSpenderIndex.ts'
import type { Layer1Node } from '../../layer1Node.ts'
import { OUTPOINTS_FORM } from '../paramForms.ts'
import { OUTPOINTS } from '../paramShapes.ts'

type Fields = Readonly<Record<string, 'string' | 'number' | 'bool'>>

/** Bitcoin Core's strict reading of an object: every field there and of its type, and no others. */
function checkFields(value: Json, fields: Fields, mayLack = false): void {
  const members = expectObject(value)
  for (const [name, expected] of Object.entries(fields)) {
    const field = members[name] ?? null
    if (field === null && mayLack) continue
    if (field === null) throw new RpcError(RPC_ERROR.type, `Missing ${name}`)
    const actual = jsonTypeName(field)
    if (actual === expected) continue
    const message = `JSON value of type ${actual} for field ${name} is not of expected type ${expected}`
    throw new RpcError(RPC_ERROR.type, message)
  }
  const unknown = Object.keys(members).find((name) => !Object.hasOwn(fields, name))
  if (unknown !== undefined) throw new RpcError(RPC_ERROR.type, `Unexpected key ${unknown}`)
}

/** Who spends an output; without a block, in the mempool. */
type Spender = Pick<TxoSpender, 'tx'> & Partial<Pick<TxoSpender, 'node'>>

interface Question {
  readonly outpoint: OutPoint
  /** As it was asked: the answer repeats it. */
  readonly asked: JsonObject
}

function readQuestion(item: Json): Question {
  checkFields(item, { txid: 'string', vout: 'number' })
  const asked = expectObject(item)
  const txid = parseHash(asked['txid']!, 'txid') as Txid
  const index = expectInteger(asked['vout'], [-0x80000000, 0x7fffffff])
  if (index < 0) throw new RpcError(RPC_ERROR.invalidParameter, 'Invalid parameter, vout cannot be negative')
  return { outpoint: { txid, index }, asked }
}

/** What is known of an output, or that nothing is. */
function prevoutJson({ asked }: Question, spender: Spender | undefined, showTransaction: boolean): JsonOutput {
  return {
    ...asked,
    spendingtxid: spender && hashToDisplay(computeTxid(spender.tx)),
    spendingtx: spender && showTransaction ? bytesToHex(encodeTransaction(spender.tx)) : undefined,
    blockhash: spender?.node && hashToDisplay(spender.node.hash),
  }
}

async function spendingPrevouts(node: Layer1Node, args: RpcArguments): Promise<JsonOutput> {
  const outputs = args.array('outputs')
  if (outputs.length === 0) throw new RpcError(RPC_ERROR.invalidParameter, 'Invalid parameter, outputs are missing')
  const options = args.object('options', {})
  checkFields(options, { mempool_only: 'bool', return_spending_tx: 'bool' }, true)
  const mempoolOnly = options['mempool_only'] ?? node.txoSpenderIndex === undefined
  const showTransaction = options['return_spending_tx'] === true
  const answers: JsonOutput[] = []
  const unanswered: Question[] = []
  for (const question of outputs.map(readQuestion)) {
    const spender = node.mempool.mempool.graph.spender(question.outpoint)
    if (spender || mempoolOnly === true) answers.push(prevoutJson(question, spender, showTransaction))
    else unanswered.push(question)
  }
  if (unanswered.length === 0) return answers
  const index = node.txoSpenderIndex
  if (!index?.sync.synced) {
    const message = 'Mempool lacks a relevant spend, and txospenderindex is unavailable.'
    throw new RpcError(RPC_ERROR.misc, message)
  }
  // As in Bitcoin Core, those that the mempool knew of come first.
  for (const question of unanswered) {
    answers.push(prevoutJson(question, await index.find(question.outpoint), showTransaction))
  }
  return answers
}

export const spendingPrevoutMethods = (node: Layer1Node): RpcMethod[] => [
  {
    name: 'gettxspendingprevout',
    group: 'Blockchain',
    help: 'Which transactions spend outputs: those of the mempool and, with -txospenderindex, of the chain.',
    params: [
      param('outputs', 'array', 'Objects with txid and vout.', { shape: OUTPOINTS, form: OUTPOINTS_FORM }),
      {
        ...optional('options', 'object', 'Where to look, and what to show.', {
          form: '{"mempool_only":bool,"return_spending_tx":bool,...}',
        }),
        options: [
          optional('mempool_only', 'bool', 'Do not look into the chain; true by default without -txospenderindex.'),
          optional('return_spending_tx', 'bool', 'Show the spending transactions.', { default: false }),
        ],
      },
    ],
    handler: (args) => spendingPrevouts(node, args),
  },
]
