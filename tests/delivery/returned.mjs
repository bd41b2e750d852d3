// SPDX-License-Identifier: AGPL-3.0-or-later
// Messages that come to the bounce domain about a mail that the fake relay has taken.

// The returned mail of a relay (RFC 3464), to the address that the mail was sent from.
export function bounceOf({ sender, recipients: [recipient] }, { id = 1, to = sender, status = '5.1.1', said = `550 5.1.1 <${recipient}>: unknown user` } = {}) {
  const lines = ['Return-Path: <>', 'From: MAILER-DAEMON@relay.example', `To: ${to}`, 'Subject: Undelivered Mail Returned to Sender', `Message-ID: <${id}@relay.example>`,
    'MIME-Version: 1.0', 'Content-Type: multipart/report; report-type=delivery-status; boundary=x', '', '--x', 'Content-Type: text/plain', '', 'I could not.', '',
    '--x', 'Content-Type: message/delivery-status', '', 'Reporting-MTA: dns; relay.example', '', `Final-Recipient: rfc822; ${recipient}`, 'Action: failed',
    `Status: ${status}`, `Diagnostic-Code: smtp; ${said}`, '', '--x--', ''];
  return lines.join('\r\n');
}

const tokenIn = ({ text }) => /\/u\/([\w-]+)/.exec(text)[1];

// What a mail program sends when a person presses its unsubscribe button.
export const unsubscribeOf = (mail) => ['From: maya@clients.example', `To: <u+${tokenIn(mail)}@bounce.records.example>`, 'Subject: unsubscribe',
  'Message-ID: <2@clients.example>', '', 'unsubscribe', ''].join('\r\n');

// A feedback report (RFC 5965) of a mailbox provider whose user called the mail spam.
export const complaintOf = ({ sender, text }) => ['From: feedback@provider.example', 'To: abuse@records.example', 'Subject: complaint', 'Message-ID: <3@provider.example>',
  'MIME-Version: 1.0', 'Content-Type: multipart/report; report-type=feedback-report; boundary=x', '', '--x', 'Content-Type: text/plain', '', 'An abuse report.', '',
  '--x', 'Content-Type: message/feedback-report', '', 'Feedback-Type: abuse', 'User-Agent: Provider/1.0', 'Version: 1', `Original-Mail-From: <${sender}>`, '',
  '--x', 'Content-Type: message/rfc822', '', text, '--x--', ''].join('\r\n');

// What an absent person's program answers.
export const absenceOf = ({ sender }) => ['From: maya@clients.example', `To: ${sender}`, 'Subject: Out of office', 'Auto-Submitted: auto-replied', 'Message-ID: <4@clients.example>', '',
  'I am back on Monday.', ''].join('\r\n');
