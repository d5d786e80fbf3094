// Outputs of every kind, and how one input spends each.

/** Secret keys of regtest (WIF). */
export const KEYS = [
  'cVpF924EspNh8KjYsfhgY96mmxvT6DgdWiTYMtMjuM74hJaU5psW',
  'cUxsWyKyZ9MAQTaAhUQWJmBbSvHMwSmuv59KgxQV7oZQU3PXN3KE',
  'cTrh7dkEAeJd6b3MRX9bZK8eRmNqVCMH3LSUkE3dSFDyzjU38QxK',
]
const [A, B, C] = KEYS

/** P2WSH of OP_TRUE. */
export const OPEN_SCRIPT = '00204ae81572f06e1b88fd5ced7a1a000945432e83e1551e6f721ee9c00b8cc33260'
/** Taproot output of a point without a known key, with the one leaf OP_TRUE. */
const LEAF_OUTPUT = '5120f855ca43402fb99cde0e3e634b175642561ff584fe76d1686630d8fd2ea93b36'
const CONTROL_BLOCK = 'c150929b74c1a04954b78b4b6035e97a5e078a5a0f28ec96d547bfee9ace803ac0'
/** Pay to anchor. */
export const ANCHOR_SCRIPT = '51024e73'

/** Name → descriptor; `witness` for what is spent without a signature. */
export const LOCKS = {
  p2pk: { descriptor: `pk(${A})` },
  p2pkh: { descriptor: `pkh(${A})` },
  multisig: { descriptor: `multi(1,${A},${B})` },
  p2sh: { descriptor: `sh(multi(2,${A},${B},${C}))` },
  p2wpkh: { descriptor: `wpkh(${A})` },
  nested: { descriptor: `sh(wpkh(${B}))` },
  p2wsh: { descriptor: `wsh(multi(2,${A},${B},${C}))` },
  nestedWsh: { descriptor: `sh(wsh(multi(1,${A},${B})))` },
  p2trKey: { descriptor: `tr(${C})` },
  open: { descriptor: `raw(${OPEN_SCRIPT})`, witness: ['51'] },
  p2trLeaf: { descriptor: `raw(${LEAF_OUTPUT})`, witness: ['51', CONTROL_BLOCK] },
  annex: { descriptor: `raw(${LEAF_OUTPUT})`, witness: ['51', CONTROL_BLOCK, '50abcd'], nonstandard: true },
  opTrue: { descriptor: 'raw(51)', witness: [] },
  anchor: { descriptor: `raw(${ANCHOR_SCRIPT})`, witness: [] },
}
