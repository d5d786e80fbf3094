import { encodeTransaction } from '@ply/primitives'
import { GLOBAL } from './fieldType.ts'
import { VERSION_2_GLOBALS, VERSION_2_INPUTS, VERSION_2_OUTPUTS } from './fieldRules.ts'
import type { Psbt } from './psbt.ts'
import { type PsbtMap, setPsbtValue } from './psbtMap.ts'
import { setVersion2Global, setVersion2Input, setVersion2Output } from './version2.ts'

const without = (map: PsbtMap, types: ReadonlySet<number>): PsbtMap => map.filter(({ type }) => !types.has(type))

/** The same as a version 0 PSBT (BIP 174), for those who know no other; lock times that inputs demand are lost. */
export function toPsbtVersion0(psbt: Psbt): Psbt {
  if (psbt.version === 0) return psbt
  const global = without(psbt.global, new Set([...VERSION_2_GLOBALS, GLOBAL.version]))
  return {
    version: 0,
    tx: psbt.tx,
    global: setPsbtValue(global, GLOBAL.unsignedTx, encodeTransaction(psbt.tx, false)),
    inputs: psbt.inputs.map((map) => without(map, VERSION_2_INPUTS)),
    outputs: psbt.outputs.map((map) => without(map, VERSION_2_OUTPUTS)),
  }
}

/** The same as a version 2 PSBT (BIP 370), closed to further inputs and outputs. */
export function toPsbtVersion2(psbt: Psbt): Psbt {
  if (psbt.version === 2) return psbt
  return {
    version: 2,
    tx: psbt.tx,
    global: setVersion2Global(without(psbt.global, new Set([GLOBAL.unsignedTx])), psbt.tx),
    inputs: psbt.inputs.map((map, i) => setVersion2Input(map, psbt.tx.inputs[i]!)),
    outputs: psbt.outputs.map((map, i) => setVersion2Output(map, psbt.tx.outputs[i]!)),
  }
}
