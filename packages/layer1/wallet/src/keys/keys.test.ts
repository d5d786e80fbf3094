import { unwrap } from '@ply/bytes'
import { HARDENED, mnemonicToSeed } from '@ply/crypto'
import { encodeAddress, MAIN, REGTEST, TESTNET4 } from '@ply/primitives'
import { describe, expect, test } from 'vitest'
import { computeDescriptorChecksum, deriveOutputs, formatDescriptor, parseDescriptor } from '@ply/script'
import { createDescriptor } from '../descriptor/accountDescriptor.ts'
import { AccountKeys } from './account.ts'
import { type Chain, SCRIPT_TYPES, type ScriptType } from './scriptType.ts'
import { normalizeMnemonic, SecretKeys } from './secretKeys.ts'

const MNEMONIC = 'abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about'

/** The test vectors of BIP 84 and BIP 86, account 0; and of the same words what other wallets show for BIP 49 and BIP 44. */
const ADDRESSES: readonly (readonly [ScriptType, Chain, number, string])[] = [
  ['p2wpkh', 0, 0, 'bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu'],
  ['p2wpkh', 0, 1, 'bc1qnjg0jd8228aq7egyzacy8cys3knf9xvrerkf9g'],
  ['p2wpkh', 1, 0, 'bc1q8c6fshw2dlwun7ekn9qwf37cu2rn755upcp6el'],
  ['p2tr', 0, 0, 'bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr'],
  ['p2tr', 0, 1, 'bc1p4qhjn9zdvkux4e44uhx8tc55attvtyu358kutcqkudyccelu0was9fqzwh'],
  ['p2tr', 1, 0, 'bc1p3qkhfews2uk44qtvauqyr2ttdsw7svhkl9nkm9s9c3x4ax5h60wqwruhk7'],
  ['p2sh-p2wpkh', 0, 0, '37VucYSaXLCAsxYyAPfbSi9eh4iEcbShgf'],
  ['p2pkh', 0, 0, '1LqBGSKuX5yYUonjxT5qGfpUsXKYYWeabA'],
]

describe('BIP 44, 49, 84 and 86', () => {
  const secrets = unwrap(SecretKeys.fromMnemonic(MNEMONIC, { network: MAIN, types: SCRIPT_TYPES }))

  test.each(ADDRESSES)('%s address %i/%i', (type, chain, index, address) => {
    const account = secrets.accounts.find((candidate) => candidate.type === type)!
    const keys = unwrap(AccountKeys.open(account, MAIN))
    expect(encodeAddress(keys.scriptPubKey(chain, index), MAIN)).toBe(address)
  })

  test('the account of BIP 86 has the published extended key', () => {
    expect(secrets.accounts[1]).toEqual({
      type: 'p2tr',
      fingerprint: '73c5da0a',
      path: [86 + HARDENED, HARDENED, HARDENED],
      xpub: 'xpub6BgBgsespWvERF3LHQu6CnqdvfEvtMcQjYrcRzx53QJjSxarj2afYWcLteoGVky7D3UKDP9QyrLprQ3VCECoY49yfdDEHGCtMMj92pReUsQ',
    })
  })

  test('the address of BIP 49', () => {
    const [account] = SecretKeys.fromSeed(mnemonicToSeed(MNEMONIC, ''), {
      network: TESTNET4,
      types: ['p2sh-p2wpkh'],
    }).accounts
    const script = unwrap(AccountKeys.open(account!, TESTNET4)).scriptPubKey(0, 0)
    expect(encodeAddress(script, TESTNET4)).toBe('2Mww8dCYPUpKHofjgcXcBCEGmniw9CoaiD2')
  })

  test('secret keys belong to the public keys of the same path', () => {
    const regtest = unwrap(SecretKeys.fromMnemonic(` ${MNEMONIC.toUpperCase()}\n`, { network: REGTEST }))
    expect(regtest.accounts[0]!.path).toEqual([84 + HARDENED, 1 + HARDENED, HARDENED])
    expect(regtest.secretKey({ type: 'p2wpkh', chain: 0, index: 3 })).toHaveLength(32)
    const withPassphrase = unwrap(SecretKeys.fromMnemonic(MNEMONIC, { network: REGTEST, passphrase: 'x' }))
    expect(withPassphrase.accounts[0]!.fingerprint).not.toBe(regtest.accounts[0]!.fingerprint)
  })

  test('what is no mnemonic is refused by name', () => {
    const decoded = SecretKeys.fromMnemonic('abandon about', { network: REGTEST })
    expect(decoded.ok ? 'read' : decoded.error.code).toBe('bad-mnemonic')
    expect(normalizeMnemonic('  Zoo \n zoo\t')).toBe('zoo zoo')
  })

  test('an extended key of another network is refused', () => {
    expect(AccountKeys.open(secrets.accounts[0]!, REGTEST).ok).toBe(false)
  })
})

describe('descriptors', () => {
  test('the checksum is that of BIP 380', () => {
    expect(computeDescriptorChecksum('raw(deadbeef)')).toBe('89f8spxm')
    expect(computeDescriptorChecksum('raw(d\u00e9)')).toBeUndefined()
  })

  test('accounts are written as Bitcoin Core imports them', () => {
    const { accounts } = unwrap(SecretKeys.fromMnemonic(MNEMONIC, { network: MAIN }))
    expect(createDescriptor(accounts[1]!, 0)).toMatch(/^tr\(\[73c5da0a\/86h\/0h\/0h\]xpub6BgBg\w+\/0\/\*\)#\w{8}$/)
    const descriptor = createDescriptor(accounts[0]!, 1)
    expect(descriptor).toMatch(/^wpkh\(\[73c5da0a\/84h\/0h\/0h\]xpub\w+\/1\/\*\)#\w{8}$/)
    const [body, checksum] = descriptor.split('#')
    expect(computeDescriptorChecksum(body!)).toBe(checksum)
  })

  test('of every account make the scripts of the account', () => {
    const { accounts } = unwrap(SecretKeys.fromMnemonic(MNEMONIC, { network: MAIN, types: SCRIPT_TYPES }))
    for (const account of accounts) {
      const keys = unwrap(AccountKeys.open(account, MAIN))
      for (const chain of [0, 1] as const) {
        const text = createDescriptor(account, chain)
        const descriptor = unwrap(parseDescriptor(text, MAIN, { requireChecksum: true }))
        expect(formatDescriptor(descriptor)).toBe(text)
        expect(unwrap(deriveOutputs(descriptor, 5))[0]!.scriptPubKey).toEqual(keys.scriptPubKey(chain, 5))
      }
    }
  })
})
