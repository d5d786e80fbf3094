import { bytesToHex, type DecodeError, ok, type Result } from '@ply/bytes'
import { ExtendedKey, HARDENED } from '@ply/crypto'
import type { NetworkParameters } from '@ply/primitives'
import { computeOutputScript } from './outputScript.ts'
import { type Chain, PURPOSES, type ScriptType } from './scriptType.ts'

/** The public side of one account: enough to find its coins, not to spend them. */
export interface Account {
  readonly type: ScriptType
  /** Fingerprint of the master key, eight hexadecimal digits. */
  readonly fingerprint: string
  /** Path from the master key: `[84', 1', 0']`, hardened steps with {@link HARDENED} added. */
  readonly path: readonly number[]
  readonly xpub: string
}

/** BIP 44 path of an account, with the purpose of its script type. */
export function accountPath(type: ScriptType, network: NetworkParameters, account = 0): number[] {
  return [PURPOSES[type] + HARDENED, network.address.coinType + HARDENED, account + HARDENED]
}

/** The account's public side, from the master key. */
export function createAccount(
  master: ExtendedKey,
  type: ScriptType,
  { network, account = 0 }: { readonly network: NetworkParameters; readonly account?: number },
): Account {
  const path = accountPath(type, network, account)
  return { type, fingerprint: bytesToHex(master.fingerprint), path, xpub: master.derive(path).xpub }
}

/** Derives public keys and scripts of an account. */
export class AccountKeys {
  readonly account: Account
  readonly #chains: readonly ExtendedKey[]

  private constructor(account: Account, root: ExtendedKey) {
    this.account = account
    this.#chains = [root.child(0), root.child(1)]
  }

  /** Violation `bad-extended-key`: no extended key of this network. */
  static open(account: Account, network: NetworkParameters): Result<AccountKeys, DecodeError> {
    const root = ExtendedKey.decode(account.xpub, network.address.extendedKeys)
    return root.ok ? ok(new AccountKeys(account, root.value)) : root
  }

  /** Compressed public key, before any taproot tweak. */
  publicKey(chain: Chain, index: number): Uint8Array {
    return this.#chains[chain]!.child(index).publicKey
  }

  scriptPubKey(chain: Chain, index: number): Uint8Array {
    return computeOutputScript(this.account.type, this.publicKey(chain, index))
  }
}
