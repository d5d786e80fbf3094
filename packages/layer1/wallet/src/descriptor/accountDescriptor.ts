import { assert } from '@ply/bytes'
import { HARDENED } from '@ply/crypto'
import type { Account } from '../keys/account.ts'
import type { Chain, ScriptType } from '../keys/scriptType.ts'
import { computeDescriptorChecksum } from '@ply/script'

/** `84h/1h/0h`: a derivation path without its `m/`. */
export function formatDerivationPath(path: readonly number[]): string {
  return path.map((step) => (step >= HARDENED ? `${step - HARDENED}h` : String(step))).join('/')
}

function wrapKey(type: ScriptType, key: string): string {
  switch (type) {
    case 'p2wpkh':
      return `wpkh(${key})`
    case 'p2tr':
      return `tr(${key})`
    case 'p2sh-p2wpkh':
      return `sh(wpkh(${key}))`
    case 'p2pkh':
      return `pkh(${key})`
  }
}

/** An account's chain as an output descriptor with checksum (BIP 380, 381, 382, 386): `wpkh([…/84h/1h/0h]tpub…/0/*)#…`. */
export function createDescriptor(account: Account, chain: Chain): string {
  const origin = `[${account.fingerprint}/${formatDerivationPath(account.path)}]`
  const key = `${origin}${account.xpub}/${chain}/*`
  const descriptor = wrapKey(account.type, key)
  const checksum = computeDescriptorChecksum(descriptor)
  assert(checksum !== undefined, 'descriptor with a character outside its set')
  return `${descriptor}#${checksum}`
}
