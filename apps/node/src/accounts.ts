import { bytesToHex, unwrap } from '@ply/bytes'
import { ExtendedKey, hash160, mnemonicToSeed, parseDerivationPath } from '@ply/crypto'
import type { Layer1Node } from '@ply/layer1-node'
import { encodeAddress, encodeWif, type NetworkParameters, witnessProgramScript } from '@ply/primitives'

export interface Account {
  readonly address: string
  readonly wif: string
  readonly publicKey: string
  readonly scriptPubKey: Uint8Array
}

const COINBASE_MATURITY = 100

/** The first receiving addresses of a mnemonic (BIP 84). */
export function deriveAccounts(mnemonic: string, count: number, network: NetworkParameters): Account[] {
  const master = ExtendedKey.fromSeed(mnemonicToSeed(mnemonic), network.address.extendedKeys)
  const chain = master.derive(unwrap(parseDerivationPath(`m/84'/${network.address.coinType}'/0'/0`)))
  return Array.from({ length: count }, (_, index) => {
    const { secretKey, publicKey } = chain.child(index)
    const scriptPubKey = witnessProgramScript({ version: 0, program: hash160(publicKey) })
    return {
      address: encodeAddress(scriptPubKey, network)!,
      wif: encodeWif({ secretKey: secretKey!, compressed: true }, network),
      publicKey: bytesToHex(publicKey),
      scriptPubKey,
    }
  })
}

/** Mines one block for each account of a chain that is still empty, and enough behind them that all can be spent. */
export async function fundAccounts(node: Layer1Node, accounts: readonly Account[]): Promise<boolean> {
  if (node.chain.tip.height > 0 || accounts.length === 0) return false
  for (const { scriptPubKey } of accounts) await node.miner.generate(1, { scriptPubKey })
  await node.miner.generate(COINBASE_MATURITY, { scriptPubKey: node.rewardScript })
  return true
}
