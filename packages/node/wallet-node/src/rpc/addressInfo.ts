import { bytesToHex } from '@ply/bytes'
import { HARDENED } from '@ply/crypto'
import { decodeAddress, encodeAddress, explainAddressErrors, parseWitnessProgram } from '@ply/primitives'
import { type JsonOutput, param, type RpcArguments, type RpcMethod } from '@ply/rpc'
import { classifyOutput, type DerivedOutput, isP2a, isP2sh } from '@ply/script'
import type { DescriptorWallet } from '@ply/wallet'
import type { NodeWallet } from '../nodeWallet.ts'
import { describeScript, isSolvable, parentDescriptors } from '../solving.ts'
import { invalidAddress } from '../walletError.ts'
import type { WalletHost } from '../walletHost.ts'
import { walletMethod } from './walletMethod.ts'

type Fields = Record<string, JsonOutput>

/** What the form of a scriptPubKey says about it. */
function describeForm(script: Uint8Array): Fields {
  if (isP2a(script)) return { isscript: true, iswitness: true }
  const witness = parseWitnessProgram(script)
  if (!witness) return { isscript: isP2sh(script), iswitness: false }
  return {
    isscript: witness.program.length === 32,
    iswitness: true,
    witness_version: witness.version,
    witness_program: bytesToHex(witness.program),
  }
}

/** What stands behind a script hash. */
function describeInner(wallet: DescriptorWallet, script: Uint8Array, derived: DerivedOutput): Fields {
  const output = classifyOutput(script)
  const shown: Fields = { script: output.type, hex: bytesToHex(script) }
  const address = output.type === 'pubkey' ? undefined : encodeAddress(script, wallet.network)
  if (address !== undefined) {
    const detail = describeKeys(wallet, script, derived)
    const embedded = { ...describeForm(script), ...detail, address, scriptPubKey: bytesToHex(script) }
    return { ...shown, pubkey: detail['pubkey'], embedded }
  }
  if (output.type !== 'multisig') return shown
  return { ...shown, sigsrequired: output.required, pubkeys: output.publicKeys.map(bytesToHex) }
}

/** The keys and scripts of an output, as far as the wallet knows them. */
function describeKeys(wallet: DescriptorWallet, script: Uint8Array, derived: DerivedOutput): Fields {
  const [key] = derived.keys
  switch (classifyOutput(script).type) {
    case 'pubkeyhash':
      return key ? { pubkey: bytesToHex(key.publicKey), iscompressed: key.publicKey.length === 33 } : {}
    case 'witness_v0_keyhash':
      return key ? { pubkey: bytesToHex(key.publicKey) } : {}
    case 'scripthash':
      return derived.redeemScript ? describeInner(wallet, derived.redeemScript, derived) : {}
    case 'witness_v0_scripthash':
      return derived.witnessScript ? describeInner(wallet, derived.witnessScript, derived) : {}
    case 'nonstandard':
    case 'anchor':
    case 'nulldata':
    case 'pubkey':
    case 'multisig':
    case 'witness_v1_taproot':
    case 'witness_unknown':
      return {}
  }
}

const formatPath = (path: readonly number[]): string =>
  ['m', ...path.map((step) => (step >= HARDENED ? `${step - HARDENED}h` : String(step)))].join('/')

/** Where the key of an address comes from. */
function describeOrigin(wallet: DescriptorWallet, script: Uint8Array): Fields {
  const key = wallet.book.find(script)
  const descriptor = key && wallet.book.get(key.id)
  const origin = wallet.solve(script)?.keys[0]?.origin
  if (!descriptor || !origin) return {}
  return {
    timestamp: descriptor.timestamp,
    hdkeypath: formatPath(origin.path),
    hdseedid: '00'.repeat(20),
    hdmasterfingerprint: origin.fingerprint,
  }
}

function addressInfo(args: RpcArguments, { wallet }: NodeWallet): JsonOutput {
  const text = args.string('address')
  const decoded = decodeAddress(text, wallet.network)
  if (!decoded.ok) throw invalidAddress(explainAddressErrors(text, wallet.network).message || 'Invalid address')
  const script = decoded.value
  const address = encodeAddress(script, wallet.network) ?? text
  const derived = wallet.solve(script)
  const solvable = isSolvable(wallet, script)
  const label = wallet.labels.get(address)?.label
  return {
    address,
    scriptPubKey: bytesToHex(script),
    ismine: wallet.isMine(script),
    solvable,
    desc: solvable ? describeScript(wallet, script) : undefined,
    parent_desc: parentDescriptors(wallet, script)[0],
    iswatchonly: false,
    ...describeForm(script),
    ...(derived && describeKeys(wallet, script, derived)),
    ischange: wallet.isChange(script),
    ...describeOrigin(wallet, script),
    labels: label === undefined ? [] : [label],
  }
}

/** What the wallet knows of an address. */
export const addressInfoMethods = (host: WalletHost): RpcMethod[] =>
  [
    {
      name: 'getaddressinfo',
      help: 'What the wallet knows of an address.',
      params: [param('address', 'string', 'The address.')],
      handler: addressInfo,
    },
  ].map(walletMethod(host))
