import { utf8ToBytes } from '@ply/bytes'
import { entropyToMnemonic } from '@ply/crypto'
import { RpcConnectionError } from '@ply/rpc'
import { systemEntropy } from '@ply/runtime'
import {
  createDescriptor,
  DEFAULT_SCRYPT_COST,
  normalizeMnemonic,
  SCRIPT_TYPES,
  sealSeed,
  SecretKeys,
  WalletState,
} from '@ply/wallet'
import { CliError, usageError } from '../exitCode.ts'
import { formatSats } from '../format/amount.ts'
import { type Birthday, parseBirthday } from '../input/birthday.ts'
import { askMnemonic, askNewPassphrase } from '../input/secret.ts'
import { connectNode } from '../node/connect.ts'
import { Layer1Node } from '../node/layer1.ts'
import { printResult, type Session } from '../session.ts'
import { findBirthHeight } from '../wallet/birthHeight.ts'
import { createWalletFolder, walletExists, walletFolder, writeNewWallet } from '../wallet/files.ts'
import { withWalletLock } from '../wallet/lock.ts'
import { NO_PASSPHRASE_COST, withWallet } from '../wallet/open.ts'

async function checkFree({ options }: Session): Promise<void> {
  const folder = walletFolder(options)
  if (await walletExists(folder)) throw new CliError(`wallet '${options.wallet}' exists already in ${folder.root}`)
}

/** The height from which a new wallet must look: keys made now have no coins in blocks that are there already. */
async function currentHeight({ options }: Session): Promise<number | undefined> {
  const client = connectNode(options)
  try {
    return (await new Layer1Node(client).chainInfo()).height
  } catch (error) {
    if (error instanceof RpcConnectionError) return undefined
    throw error
  } finally {
    client.close()
  }
}

async function store(session: Session, mnemonic: string, birthHeight: number): Promise<WalletState> {
  const { network } = session.options
  const keys = SecretKeys.fromMnemonic(mnemonic, { network, types: SCRIPT_TYPES })
  if (!keys.ok) throw usageError(keys.error.message)
  const passphrase = await askNewPassphrase(session)
  const state = WalletState.create(keys.value.accounts, network, birthHeight)
  const seed = sealSeed(utf8ToBytes(normalizeMnemonic(mnemonic)), passphrase, {
    entropy: systemEntropy,
    cost: passphrase === '' ? NO_PASSPHRASE_COST : DEFAULT_SCRYPT_COST,
  })
  await createWalletFolder(session.options)
  await withWalletLock(session, () => writeNewWallet(session.options, seed, state))
  return state
}

const describe = ({ options }: Session, state: WalletState) => ({
  wallet: options.wallet,
  network: options.network.name,
  folder: walletFolder(options).root,
  address: state.nextAddress().address,
  descriptors: state.addresses.accounts.flatMap((account) => [
    createDescriptor(account, 0),
    createDescriptor(account, 1),
  ]),
})

export async function create(session: Session, options: { readonly words: string }): Promise<void> {
  if (options.words !== '12' && options.words !== '24') throw usageError('--words must be 12 or 24')
  await checkFree(session)
  const mnemonic = entropyToMnemonic(systemEntropy.bytes(options.words === '12' ? 16 : 32))
  const height = await currentHeight(session)
  const state = await store(session, mnemonic, height === undefined ? 0 : height + 1)
  const created = describe(session, state)
  const { bold, yellow, dim } = session.style
  printResult(session, { ...created, mnemonic }, () => [
    `Wallet ${bold(created.wallet)} on ${created.network}, in ${created.folder}`,
    '',
    yellow('Write these words down. They are the wallet: whoever has them has the coins, and without them'),
    yellow('a lost disk means lost coins. They are shown this one time.'),
    '',
    `  ${bold(mnemonic)}`,
    '',
    `First address  ${created.address}`,
    dim("Next: 'ply mine 101' on regtest, or 'ply receive' for an address"),
  ])
}

/** The height of a birthday; a date needs the node's blocks. */
async function resolveBirthday(session: Session, birthday: Birthday): Promise<number> {
  const client = connectNode(session.options)
  try {
    return await findBirthHeight(new Layer1Node(client), birthday)
  } finally {
    client.close()
  }
}

export async function restore(session: Session, options: { readonly birthday: string }): Promise<void> {
  const birthday = parseBirthday(options.birthday)
  await checkFree(session)
  const mnemonic = await askMnemonic(session)
  const birthHeight = await resolveBirthday(session, birthday)
  const restored = describe(session, await store(session, mnemonic, birthHeight))
  const { height, total } = await withWallet(session, ({ state }) => ({
    height: state.height,
    total: state.balance().total,
  }))
  const json = { ...restored, birth_height: birthHeight, height, total_sat: total }
  printResult(session, json, () => [
    `Wallet ${session.style.bold(restored.wallet)} on ${restored.network}, in ${restored.folder}`,
    `First address  ${restored.address}`,
    `Balance        ${formatSats(total)}`,
    session.style.dim(`blocks ${birthHeight} to ${height} were looked at; 'ply rescan' looks at others`),
  ])
}
