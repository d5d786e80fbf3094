import { createDescriptor } from '@ply/wallet'
import { printResult, type Session } from '../session.ts'
import { readState } from '../wallet/files.ts'

/** The wallet's public descriptors (BIP 380): receive and change of each account. */
export async function descriptors(session: Session): Promise<void> {
  const { state } = await readState(session.options)
  const texts = state.addresses.accounts.flatMap((account) => [
    createDescriptor(account, 0),
    createDescriptor(account, 1),
  ])
  printResult(session, texts, () => texts)
}
