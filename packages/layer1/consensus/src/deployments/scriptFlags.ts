import { type BlockHash, hashToDisplay, type NetworkParameters } from '@ply/primitives'
import {
  SCRIPT_FLAGS,
  SCRIPT_VERIFY_CHECKLOCKTIMEVERIFY,
  SCRIPT_VERIFY_CHECKSEQUENCEVERIFY,
  SCRIPT_VERIFY_DERSIG,
  SCRIPT_VERIFY_NULLDUMMY,
  SCRIPT_VERIFY_P2SH,
  SCRIPT_VERIFY_TAPROOT,
  SCRIPT_VERIFY_WITNESS,
} from '@ply/script'
import { isBuriedActive } from './buried.ts'

/**
 * The script rules of the block `hash` at `height`. P2SH, segwit and taproot hold for every block but the few that the
 * network's parameters name; BIP 66, 65, 112 and 147 from their heights on.
 */
export function computeScriptFlags(hash: BlockHash, height: number, parameters: NetworkParameters): number {
  const exception = parameters.consensus.scriptFlagExceptions[hashToDisplay(hash)]
  let flags =
    exception === undefined
      ? SCRIPT_VERIFY_P2SH | SCRIPT_VERIFY_WITNESS | SCRIPT_VERIFY_TAPROOT
      : exception.reduce((all, name) => all | SCRIPT_FLAGS[name], 0)
  if (isBuriedActive('bip66', height, parameters)) flags |= SCRIPT_VERIFY_DERSIG
  if (isBuriedActive('bip65', height, parameters)) flags |= SCRIPT_VERIFY_CHECKLOCKTIMEVERIFY
  if (isBuriedActive('csv', height, parameters)) flags |= SCRIPT_VERIFY_CHECKSEQUENCEVERIFY
  if (isBuriedActive('segwit', height, parameters)) flags |= SCRIPT_VERIFY_NULLDUMMY
  return flags
}
