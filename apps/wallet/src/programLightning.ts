import type { Command } from 'commander'
import { examples, type Run } from './help.ts'

/** `ply ln …`: everything that a Lightning node of plyd does. */
export function addLightningCommands(program: Command, run: Run): void {
  const ln = program
    .command('ln')
    .description('use a Lightning node that plyd runs')
    .addHelpText(
      'after',
      examples(
        'ply ln start alice',
        'ply ln open bob 1000000sat --node alice --wait',
        'ply ln pay lnbcrt... --node alice',
      ),
    )
  addNodeCommands(ln, run)
  addChannelCommands(ln, run)
  addPaymentCommands(ln, run)
}

function addNodeCommands(ln: Command, run: Run): void {
  ln.command('start')
    .description('start a Lightning node, or make it')
    .argument('<name>')
    .addHelpText('after', examples('ply ln start alice'))
    .action((name: string, _options: object, command: Command) =>
      run(command, async (session) => (await import('./command/lnNode.ts')).lnStart(session, name)),
    )
  ln.command('nodes')
    .description('list the Lightning nodes that run')
    .addHelpText('after', examples('ply ln nodes', 'ply ln nodes --json'))
    .action((_options: object, command: Command) =>
      run(command, async (session) => (await import('./command/lnNode.ts')).lnNodes(session)),
    )
  ln.command('info')
    .description('show the node')
    .addHelpText('after', examples('ply ln info --node alice'))
    .action((_options: object, command: Command) =>
      run(command, async (session) => (await import('./command/lnNode.ts')).lnInfo(session)),
    )
  ln.command('address')
    .description("a new address of the node's own coins")
    .option('--type <type>', 'p2wpkh or p2tr', 'p2wpkh')
    .addHelpText('after', examples('ply ln address --node alice', 'ply send $(ply ln address --node alice) 0.1btc'))
    .action((options: { type: string }, command: Command) =>
      run(command, async (session) => (await import('./command/lnNode.ts')).lnAddress(session, options)),
    )
  ln.command('balance')
    .description('show what the node has, on chain and in channels')
    .addHelpText('after', examples('ply ln balance --node alice', 'ply ln balance --node alice --json'))
    .action((_options: object, command: Command) =>
      run(command, async (session) => (await import('./command/lnNode.ts')).lnBalance(session)),
    )
  ln.command('connect')
    .description('connect to another node')
    .argument('<peer>', 'a name, or id@host:port')
    .addHelpText('after', examples('ply ln connect bob --node alice', 'ply ln connect 02ab...@127.0.0.1:9735'))
    .action((peer: string, _options: object, command: Command) =>
      run(command, async (session) => (await import('./command/lnNode.ts')).lnConnect(session, peer)),
    )
  ln.command('peers')
    .description('list peers')
    .addHelpText('after', examples('ply ln peers --node alice'))
    .action((_options: object, command: Command) =>
      run(command, async (session) => (await import('./command/lnNode.ts')).lnPeers(session)),
    )
  ln.command('graph')
    .description('show the network as the node knows it')
    .addHelpText('after', examples('ply ln graph --node alice', 'ply ln graph --json'))
    .action((_options: object, command: Command) =>
      run(command, async (session) => (await import('./command/lnNode.ts')).lnGraph(session)),
    )
}

function addChannelCommands(ln: Command, run: Run): void {
  ln.command('open')
    .description('open a channel')
    .argument('<peer>', 'a name, a node id, or id@host:port')
    .argument('<amount>', 'its capacity, such as 1000000sat')
    .option('--push <amount>', 'give this to the peer at the start')
    .option('--fee <rate>', 'of the funding transaction, such as 2sat/vB')
    .option('--private', 'do not announce it')
    .option('--wait [time]', 'wait until it can be used (60s if no time is given)')
    .addHelpText(
      'after',
      examples(
        'ply ln open bob 1000000sat --node alice',
        'ply ln open 02ab...@127.0.0.1:9735 0.01btc --push 1000sat --wait',
      ),
    )
    .action((peer: string, amount: string, options: object, command: Command) =>
      run(command, async (session) => (await import('./command/lnChannel.ts')).lnOpen(session, peer, amount, options)),
    )
  ln.command('channels')
    .description('list channels')
    .addHelpText('after', examples('ply ln channels --node alice', 'ply ln channels --json'))
    .action((_options: object, command: Command) =>
      run(command, async (session) => (await import('./command/lnChannel.ts')).lnChannels(session)),
    )
  ln.command('close')
    .description('close a channel')
    .argument('<channel>', "the peer's name or id, a channel id or a short channel id")
    .option('--force', 'without asking the peer')
    .option('--timeout <time>', 'give the peer this long, then close without it')
    .addHelpText('after', examples('ply ln close bob --node alice', 'ply ln close 103x1x0 --force'))
    .action((channel: string, options: object, command: Command) =>
      run(command, async (session) => (await import('./command/lnChannel.ts')).lnClose(session, channel, options)),
    )
}

function addPaymentCommands(ln: Command, run: Run): void {
  ln.command('invoice')
    .description('ask for a payment')
    .argument('<amount>', "such as 1000sat or 1500msat; 'any' leaves it to the payer")
    .argument('[description]', 'what the payer reads')
    .option('--label <text>', 'your own name for it')
    .option('--expiry <time>', 'such as 1h')
    .option('--qr', 'draw it')
    .addHelpText('after', examples("ply ln invoice 1000sat 'tea' --node bob", 'ply ln invoice any --expiry 1h --qr'))
    .action((amount: string, description: string | undefined, options: object, command: Command) =>
      run(command, async (session) =>
        (await import('./command/lnPay.ts')).lnInvoice(session, amount, description, options),
      ),
    )
  ln.command('pay')
    .description('pay an invoice')
    .argument('<invoice>', "or '-' for stdin")
    .argument('[amount]', 'for an invoice without one')
    .option('--max-fee <percent>', 'such as 1%')
    .option('--timeout <time>', 'wait this long for the outcome')
    .addHelpText(
      'after',
      examples('ply ln pay lnbcrt... --node alice', 'ply ln pay lnbcrt... 1000sat --max-fee 1% --yes'),
    )
    .action((invoice: string, amount: string | undefined, options: object, command: Command) =>
      run(command, async (session) => (await import('./command/lnPay.ts')).lnPay(session, invoice, amount, options)),
    )
}
