import { unwrap } from '@ply/bytes'
import { HARDENED } from '@ply/crypto'
import { encodeAddress, MAIN, REGTEST } from '@ply/primitives'
import { describe, expect, test } from 'vitest'
import { computeDescriptorChecksum } from '@ply/script'
import { createDescriptor } from '../descriptor/accountDescriptor.ts'
import { AccountKeys } from './account.ts'
import type { Chain, ScriptType } from './scriptType.ts'
import { normalizeMnemonic, SecretKeys } from './secretKeys.ts'

const MNEMONIC = 'abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about'

/** The test vectors of BIP 84 and BIP 86, account 0. */
const ADDRESSES: readonly (readonly [ScriptType, Chain, number, string])[] = [
  ['p2wpkh', 0, 0, 'bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu'],
  ['p2wpkh', 0, 1, 'bc1qnjg0jd8228aq7egyzacy8cys3knf9xvrerkf9g'],
  ['p2wpkh', 1, 0, 'bc1q8c6fshw2dlwun7ekn9qwf37cu2rn755upcp6el'],
  ['p2tr', 0, 0, 'bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr'],
  ['p2tr', 0, 1, 'bc1p4qhjn9zdvkux4e44uhx8tc55attvtyu358kutcqkudyccelu0was9fqzwh'],
  ['p2tr', 1, 0, 'bc1p3qkhfews2uk44qtvauqyr2ttdsw7svhkl9nkm9s9c3x4ax5h60wqwruhk7'],
]

describe('BIP 84 and BIP 86', () => {
  const secrets = unwrap(SecretKeys.fromMnemonic(MNEMONIC, { network: MAIN }))

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
})
