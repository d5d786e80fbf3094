// Verify flags by their Bitcoin Core names, as bits of one number. Each is a soft fork: it only ever forbids.

/** No rule beyond the first version's. */
export const SCRIPT_VERIFY_NONE = 0
/** BIP 16. */
export const SCRIPT_VERIFY_P2SH = 1 << 0
/** Signatures in strict DER with a defined hash type, keys compressed or uncompressed (policy). */
export const SCRIPT_VERIFY_STRICTENC = 1 << 1
/** BIP 66. */
export const SCRIPT_VERIFY_DERSIG = 1 << 2
/** BIP 146, low s (policy). */
export const SCRIPT_VERIFY_LOW_S = 1 << 3
/** BIP 147: the value that CHECKMULTISIG drops is empty. */
export const SCRIPT_VERIFY_NULLDUMMY = 1 << 4
/** BIP 62 rule 2 (policy). */
export const SCRIPT_VERIFY_SIGPUSHONLY = 1 << 5
/** BIP 62 rules 3 and 4: shortest pushes and numbers (policy). */
export const SCRIPT_VERIFY_MINIMALDATA = 1 << 6
/** Executed NOPs kept for soft forks fail (policy). */
export const SCRIPT_VERIFY_DISCOURAGE_UPGRADABLE_NOPS = 1 << 7
/** BIP 62 rule 6; needs P2SH and WITNESS (policy). */
export const SCRIPT_VERIFY_CLEANSTACK = 1 << 8
/** BIP 65. */
export const SCRIPT_VERIFY_CHECKLOCKTIMEVERIFY = 1 << 9
/** BIP 112. */
export const SCRIPT_VERIFY_CHECKSEQUENCEVERIFY = 1 << 10
/** BIP 141, 143; needs P2SH. */
export const SCRIPT_VERIFY_WITNESS = 1 << 11
/** Unknown witness programs fail (policy). */
export const SCRIPT_VERIFY_DISCOURAGE_UPGRADABLE_WITNESS_PROGRAM = 1 << 12
/** Arguments of IF and NOTIF in segwit v0 are exactly empty or 01 (policy). */
export const SCRIPT_VERIFY_MINIMALIF = 1 << 13
/** BIP 146: a failed signature check had empty signatures (policy). */
export const SCRIPT_VERIFY_NULLFAIL = 1 << 14
/** Keys in segwit v0 are compressed (policy). */
export const SCRIPT_VERIFY_WITNESS_PUBKEYTYPE = 1 << 15
/** No CODESEPARATOR and no FindAndDelete before segwit (policy). */
export const SCRIPT_VERIFY_CONST_SCRIPTCODE = 1 << 16
/** BIP 341, 342. */
export const SCRIPT_VERIFY_TAPROOT = 1 << 17
/** Unknown taproot leaf versions fail (policy). */
export const SCRIPT_VERIFY_DISCOURAGE_UPGRADABLE_TAPROOT_VERSION = 1 << 18
/** OP_SUCCESSx fails (policy). */
export const SCRIPT_VERIFY_DISCOURAGE_OP_SUCCESS = 1 << 19
/** Unknown public key versions in tapscript fail (policy). */
export const SCRIPT_VERIFY_DISCOURAGE_UPGRADABLE_PUBKEYTYPE = 1 << 20

/** Every flag by the name that test files and RPC use (without SCRIPT_VERIFY_). */
export const SCRIPT_FLAGS = {
  P2SH: SCRIPT_VERIFY_P2SH,
  STRICTENC: SCRIPT_VERIFY_STRICTENC,
  DERSIG: SCRIPT_VERIFY_DERSIG,
  LOW_S: SCRIPT_VERIFY_LOW_S,
  NULLDUMMY: SCRIPT_VERIFY_NULLDUMMY,
  SIGPUSHONLY: SCRIPT_VERIFY_SIGPUSHONLY,
  MINIMALDATA: SCRIPT_VERIFY_MINIMALDATA,
  DISCOURAGE_UPGRADABLE_NOPS: SCRIPT_VERIFY_DISCOURAGE_UPGRADABLE_NOPS,
  CLEANSTACK: SCRIPT_VERIFY_CLEANSTACK,
  CHECKLOCKTIMEVERIFY: SCRIPT_VERIFY_CHECKLOCKTIMEVERIFY,
  CHECKSEQUENCEVERIFY: SCRIPT_VERIFY_CHECKSEQUENCEVERIFY,
  WITNESS: SCRIPT_VERIFY_WITNESS,
  DISCOURAGE_UPGRADABLE_WITNESS_PROGRAM: SCRIPT_VERIFY_DISCOURAGE_UPGRADABLE_WITNESS_PROGRAM,
  MINIMALIF: SCRIPT_VERIFY_MINIMALIF,
  NULLFAIL: SCRIPT_VERIFY_NULLFAIL,
  WITNESS_PUBKEYTYPE: SCRIPT_VERIFY_WITNESS_PUBKEYTYPE,
  CONST_SCRIPTCODE: SCRIPT_VERIFY_CONST_SCRIPTCODE,
  TAPROOT: SCRIPT_VERIFY_TAPROOT,
  DISCOURAGE_UPGRADABLE_TAPROOT_VERSION: SCRIPT_VERIFY_DISCOURAGE_UPGRADABLE_TAPROOT_VERSION,
  DISCOURAGE_OP_SUCCESS: SCRIPT_VERIFY_DISCOURAGE_OP_SUCCESS,
  DISCOURAGE_UPGRADABLE_PUBKEYTYPE: SCRIPT_VERIFY_DISCOURAGE_UPGRADABLE_PUBKEYTYPE,
} as const

export type ScriptFlagName = keyof typeof SCRIPT_FLAGS

/** What blocks must obey today. */
export const MANDATORY_SCRIPT_VERIFY_FLAGS =
  SCRIPT_VERIFY_P2SH |
  SCRIPT_VERIFY_DERSIG |
  SCRIPT_VERIFY_NULLDUMMY |
  SCRIPT_VERIFY_CHECKLOCKTIMEVERIFY |
  SCRIPT_VERIFY_CHECKSEQUENCEVERIFY |
  SCRIPT_VERIFY_WITNESS |
  SCRIPT_VERIFY_TAPROOT

/** What the mempool asks for on top: everything but SIGPUSHONLY. */
export const STANDARD_SCRIPT_VERIFY_FLAGS =
  Object.values(SCRIPT_FLAGS).reduce<number>((all, flag) => all | flag, 0) & ~SCRIPT_VERIFY_SIGPUSHONLY

/** CLEANSTACK needs WITNESS, WITNESS needs P2SH: otherwise adding a flag could make a bad script good. */
export function isValidFlagCombination(flags: number): boolean {
  if ((flags & SCRIPT_VERIFY_CLEANSTACK) !== 0 && (flags & SCRIPT_VERIFY_WITNESS) === 0) return false
  return (flags & SCRIPT_VERIFY_WITNESS) === 0 || (flags & SCRIPT_VERIFY_P2SH) !== 0
}
