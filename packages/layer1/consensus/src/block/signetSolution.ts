import { ByteReader, ByteWriter, equalBytes, ok, type Result, tryDecode } from '@ply/bytes'
import {
  type Block,
  COINBASE_INDEX,
  computeBlockHash,
  computeMerkleRoot,
  computeTxid,
  type NetworkParameters,
  sats,
  type Transaction,
  type Txid,
  ZERO_HASH,
} from '@ply/primitives'
import {
  createScript,
  encodeDataPush,
  OP_0,
  OP_RETURN,
  SCRIPT_VERIFY_DERSIG,
  SCRIPT_VERIFY_NULLDUMMY,
  SCRIPT_VERIFY_P2SH,
  SCRIPT_VERIFY_WITNESS,
  ScriptReader,
  SighashCache,
  verifyInput,
} from '@ply/script'
import { invalidBlock, type BlockViolation } from '../violation.ts'
import { findWitnessCommitment } from './witnessCommitment.ts'

const SIGNET_HEADER = Uint8Array.of(0xec, 0xc7, 0xda, 0xa2)
const EMPTY = new Uint8Array(0)
const SOLUTION_FLAGS = SCRIPT_VERIFY_P2SH | SCRIPT_VERIFY_WITNESS | SCRIPT_VERIFY_DERSIG | SCRIPT_VERIFY_NULLDUMMY

/** The pair of virtual transactions of BIP 325: the second spends the first, which pays to the challenge. */
export interface SignetTransactions {
  readonly toSpend: Transaction
  readonly toSign: Transaction
}

/** Takes the solution out of the commitment output: what the signers signed has only the header left in its place. */
function cutSolution(script: Uint8Array): { readonly solution: Uint8Array | undefined; readonly rest: Uint8Array } {
  const reader = new ScriptReader(script)
  const writer = new ByteWriter(script.length)
  let solution: Uint8Array | undefined
  while (reader.next()) {
    const data = reader.data()
    const isSolution =
      solution === undefined &&
      data.length > SIGNET_HEADER.length &&
      equalBytes(data.subarray(0, SIGNET_HEADER.length), SIGNET_HEADER)
    if (isSolution) solution = data.slice(SIGNET_HEADER.length)
    if (data.length > 0) writer.bytes(encodeDataPush(isSolution ? SIGNET_HEADER : data))
    else writer.u8(reader.opcode)
  }
  return { solution, rest: solution === undefined ? script : writer.finish() }
}

const virtualTransaction = (input: Transaction['inputs'][number], scriptPubKey: Uint8Array): Transaction => ({
  version: 0,
  inputs: [input],
  outputs: [{ value: sats(0), scriptPubKey }],
  lockTime: 0,
})

/** BIP 325's transactions for `block`, or undefined where it has no commitment or its solution cannot be read. */
export function createSignetTransactions(block: Block, challenge: Uint8Array): SignetTransactions | undefined {
  const [coinbase, ...rest] = block.transactions
  const index = coinbase === undefined ? -1 : findWitnessCommitment(coinbase)
  if (coinbase === undefined || index < 0) return undefined
  const cut = cutSolution(coinbase.outputs[index]!.scriptPubKey)
  const parsed = tryDecode(() => {
    if (cut.solution === undefined) return { scriptSig: EMPTY, witness: [] }
    const reader = new ByteReader(cut.solution)
    const scriptSig = reader.varBytes()
    const witness: Uint8Array[] = []
    for (let left = reader.compactSize(); left > 0; left--) witness.push(reader.varBytes())
    reader.end()
    return { scriptSig, witness }
  })
  if (!parsed.ok) return undefined

  const outputs = coinbase.outputs.map((output, i) => (i === index ? { ...output, scriptPubKey: cut.rest } : output))
  const { root } = computeMerkleRoot([computeTxid({ ...coinbase, outputs }), ...rest.map(computeTxid)])
  const { version, previousBlockHash, time } = block.header
  const signed = new ByteWriter(72).i32(version).bytes(previousBlockHash).bytes(root).u32(time).finish()
  const toSpend = virtualTransaction(
    {
      prevout: { txid: ZERO_HASH as Txid, index: COINBASE_INDEX },
      scriptSig: createScript([OP_0, signed]),
      sequence: 0,
      witness: [],
    },
    challenge,
  )
  const toSign = virtualTransaction(
    { prevout: { txid: computeTxid(toSpend), index: 0 }, sequence: 0, ...parsed.value },
    createScript([OP_RETURN]),
  )
  return { toSpend, toSign }
}

/** BIP 325: on a signet, a block carries a solution of the challenge. Violation `bad-signet-blksig`. */
export function checkSignetSolution(block: Block, parameters: NetworkParameters): Result<undefined, BlockViolation> {
  const { signetChallenge } = parameters.consensus
  if (signetChallenge === undefined) return ok(undefined)
  if (equalBytes(computeBlockHash(block.header), parameters.genesisHash)) return ok(undefined)
  const txs = createSignetTransactions(block, signetChallenge)
  const cache = txs && new SighashCache(txs.toSign, txs.toSpend.outputs)
  const solved = cache !== undefined && verifyInput({ cache, inputIndex: 0, flags: SOLUTION_FLAGS }).ok
  return solved
    ? ok(undefined)
    : invalidBlock('consensus', 'bad-signet-blksig', 'signet block signature validation failure')
}
