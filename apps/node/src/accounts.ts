import { bytesToHex, equalBytes, unwrap } from '@ply/bytes'
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

/** The scripts that the first blocks of a chain with funded accounts pay to: one block each, then enough to mature. */
const rewardsOf = (node: Layer1Node, accounts: readonly Account[]): readonly Uint8Array[] => [
  ...accounts.map(({ scriptPubKey }) => scriptPubKey),
  ...Array.from({ length: COINBASE_MATURITY }, () => node.rewardScript),
]

/** True if the blocks that are there are the first of those that fund the accounts: a process died on the way. */
async function isBegun({ chain }: Layer1Node, rewards: readonly Uint8Array[]): Promise<boolean> {
  if (chain.tip.height >= rewards.length) return false
  for (let height = 1; height <= chain.tip.height; height++) {
    const [coinbase] = (await chain.readBlock(chain.tree.active.at(height)!)).transactions
    if (!equalBytes(coinbase!.outputs[0]!.scriptPubKey, rewards[height - 1]!)) return false
  }
  return true
}

/**
 * Mines one block for each account of a chain that is still empty, and enough behind them that all can be spent; goes
 * on where a process was killed in this. False if there was nothing to do.
 */
export async function fundAccounts(node: Layer1Node, accounts: readonly Account[]): Promise<boolean> {
  const rewards = rewardsOf(node, accounts)
  if (accounts.length === 0 || !(await isBegun(node, rewards))) return false
  for (const { scriptPubKey } of accounts.slice(node.chain.tip.height)) await node.miner.generate(1, { scriptPubKey })
  await node.miner.generate(rewards.length - node.chain.tip.height, { scriptPubKey: node.rewardScript })
  return true
}
