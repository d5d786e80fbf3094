import { CliError, EXIT, usageError } from '../exitCode.ts'
import { isInteractive, type Session } from '../session.ts'

/** PSBTs with the transactions they spend can be long. */
const MAX_STDIN = 1 << 24

const stdinLines = new WeakMap<object, Promise<string[]>>()

/** The lines of stdin, read once: with two secrets, the passphrase stands first. */
function readStdinLines({ io }: Session): Promise<string[]> {
  let lines = stdinLines.get(io.stdin)
  if (!lines) {
    lines = (async () => {
      let text = ''
      for await (const chunk of io.stdin) {
        text += String(chunk)
        if (text.length > MAX_STDIN) throw usageError('too much on stdin')
      }
      return text.split(/\r?\n/)
    })()
    stdinLines.set(io.stdin, lines)
  }
  return lines
}

/** Everything on stdin as one text. */
export async function readStdin(session: Session): Promise<string> {
  return (await readStdinLines(session)).join('\n').trim()
}

async function takeLine(session: Session, what: string): Promise<string> {
  const line = (await readStdinLines(session)).shift()
  if (line === undefined) throw usageError(`no ${what} on stdin`)
  return line
}

/** Asks for a secret without showing it. Throws where there is nobody to ask. */
async function promptSecret(session: Session, message: string, hint: string): Promise<string> {
  if (!isInteractive(session)) throw usageError(`${message.toLowerCase()} needed: ${hint}`)
  const { isCancel, password } = await import('@clack/prompts')
  const answer = await password({ message, output: session.io.promptOutput })
  if (isCancel(answer)) throw new CliError('interrupted', EXIT.interrupted)
  return answer ?? ''
}

const PASSPHRASE_HINT = 'set PLY_PASSPHRASE, or use --passphrase-stdin or --no-passphrase'

/** The passphrase that is given without asking, if there is one. */
export async function givenPassphrase(session: Session): Promise<string | undefined> {
  const { options, io } = session
  if (!options.usePassphrase) return ''
  if (options.passphraseStdin) return takeLine(session, 'passphrase')
  return io.env['PLY_PASSPHRASE']
}

/** The passphrase of a wallet that exists. */
export async function askPassphrase(session: Session): Promise<string> {
  return (await givenPassphrase(session)) ?? promptSecret(session, 'Passphrase', PASSPHRASE_HINT)
}

/** A passphrase for a new wallet: on a terminal asked twice. */
export async function askNewPassphrase(session: Session): Promise<string> {
  const given = await givenPassphrase(session)
  if (given !== undefined) return given
  const first = await promptSecret(session, 'New passphrase (empty for none)', PASSPHRASE_HINT)
  const second = await promptSecret(session, 'The same again', PASSPHRASE_HINT)
  if (first !== second) throw usageError('the two passphrases differ')
  return first
}

/** The words of a wallet to restore. */
export async function askMnemonic(session: Session): Promise<string> {
  if (session.options.mnemonicStdin) return takeLine(session, 'mnemonic')
  const given = session.io.env['PLY_MNEMONIC']
  return given ?? promptSecret(session, 'Recovery words', 'set PLY_MNEMONIC, or use --mnemonic-stdin')
}

/** Asks whether to go on. Without a terminal `--yes` is needed. */
export async function confirmOrExit(session: Session, question: string): Promise<void> {
  if (session.options.yes) return
  if (!isInteractive(session)) throw usageError('not confirmed: add --yes to go on without being asked')
  const { confirm, isCancel } = await import('@clack/prompts')
  const answer = await confirm({ message: question, output: session.io.promptOutput })
  if (isCancel(answer)) throw new CliError('interrupted', EXIT.interrupted)
  if (!answer) throw new CliError('not confirmed, nothing done')
}
