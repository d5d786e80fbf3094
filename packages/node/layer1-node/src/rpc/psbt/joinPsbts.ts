import type { Entropy } from '@ply/ports'
import { hashToDisplay, outPointKey, type Transaction } from '@ply/primitives'
import { expectString, type Json, type JsonOutput, RPC_ERROR, RpcError } from '@ply/rpc'
import { createPsbt, type Psbt, PSBT_GLOBAL, PSBT_INPUT, type PsbtMap, setPsbtEntry } from '@ply/wallet'
import { readPsbt, writePsbt } from './psbtText.ts'

function refuse(message: string): never {
  throw new RpcError(RPC_ERROR.invalidParameter, message)
}

/** Fisher and Yates, with 32 random bits a step: the order should not tell what came from whom. */
function shuffled<T>(items: readonly T[], entropy: Entropy): T[] {
  const left = [...items]
  return items.map(() => {
    const random = new DataView(entropy.bytes(4).slice().buffer).getUint32(0)
    return left.splice(random % left.length, 1)[0]!
  })
}

/** What the global maps have beside the transaction. */
const mergeGlobals = (psbts: readonly Psbt[], start: PsbtMap): PsbtMap =>
  psbts
    .flatMap(({ global }) => global)
    .filter(({ type }) => type !== PSBT_GLOBAL.unsignedTx && type !== PSBT_GLOBAL.version)
    .reduce((map, entry) => setPsbtEntry(map, entry), start)

/** Signatures cover inputs and outputs that the joined transaction does not have alone. */
const SIGNATURES: ReadonlySet<number> = new Set([
  PSBT_INPUT.partialSig,
  PSBT_INPUT.finalScriptSig,
  PSBT_INPUT.finalScriptWitness,
  PSBT_INPUT.tapKeySig,
  PSBT_INPUT.tapScriptSig,
])

const unsigned = (map: PsbtMap): PsbtMap => map.filter(({ type }) => !SIGNATURES.has(type))

/** `joinpsbts`: one PSBT with the inputs and outputs of all, in any order. */
export function joinPsbts(list: readonly Json[], entropy: Entropy): JsonOutput {
  if (list.length <= 1) refuse('At least two PSBTs are required to join PSBTs.')
  const psbts = list.map((item) => readPsbt(expectString(item)))
  if (psbts.some(({ version }) => version !== 0)) refuse('joinpsbts only operates on version 0 PSBTs')
  const seen = new Set<string>()
  for (const { prevout } of psbts.flatMap(({ tx }) => tx.inputs)) {
    const id = outPointKey(prevout)
    if (seen.has(id)) refuse(`Input ${hashToDisplay(prevout.txid)}:${prevout.index} exists in multiple PSBTs`)
    seen.add(id)
  }
  const inputs = shuffled(
    psbts.flatMap(({ tx, inputs }) => tx.inputs.map((input, i) => ({ input, map: inputs[i]! }))),
    entropy,
  )
  const outputs = shuffled(
    psbts.flatMap(({ tx, outputs }) => tx.outputs.map((output, i) => ({ output, map: outputs[i]! }))),
    entropy,
  )
  const tx: Transaction = {
    version: Math.max(1, ...psbts.map((psbt) => psbt.tx.version)),
    inputs: inputs.map(({ input }) => input),
    outputs: outputs.map(({ output }) => output),
    lockTime: Math.min(...psbts.map((psbt) => psbt.tx.lockTime)),
  }
  const joined = createPsbt(tx)
  return writePsbt({
    ...joined,
    global: mergeGlobals(psbts, joined.global),
    inputs: inputs.map(({ map }) => unsigned(map)),
    outputs: outputs.map(({ map }) => map),
  })
}
