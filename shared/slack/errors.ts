/**
 * Slack's error codes, by what follows from them. Sources: the error lists of
 * https://docs.slack.dev/reference/methods/chat.postMessage, https://docs.slack.dev/reference/methods/chat.update and
 * https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
 */

/** The message is refused for its blocks: it is said again in a plainer form. */
export const blockErrors: ReadonlySet<string> = new Set([
  'invalid_blocks',
  'invalid_blocks_format',
  'invalid_payload',
  'msg_blocks_too_long',
  'msg_too_long',
  'too_many_blocks',
  'block_mismatch',
  'unsupported_block_type',
]);

/** The message that is to be updated is no longer there, or may not be changed: it is posted anew. */
export const goneErrors: ReadonlySet<string> = new Set([
  'message_not_found',
  'cant_update_message',
  'edit_window_closed',
  'thread_not_found',
]);

/** What only a person can change, and what to do. */
const forPerson: Readonly<Record<string, string>> = {
  no_service:
    'the webhook was removed or its app is disabled: make a new webhook and put its URL into the SSM parameter',
  no_service_id: 'the webhook is not complete: copy its whole URL into the SSM parameter',
  no_team: 'the workspace of the webhook is gone: make a webhook in another and put its URL into the SSM parameter',
  team_disabled: 'the workspace is disabled: enable it, or use another',
  invalid_token: 'the webhook is not valid any more: make a new one and put its URL into the SSM parameter',
  channel_is_archived: 'the channel is archived: unarchive it, or make a webhook for another channel',
  is_archived: 'the channel is archived: unarchive it, or set the param slackChannel to another',
  channel_not_found:
    'there is no such channel for the bot: check the param slackChannel, and invite the bot to a private channel',
  not_in_channel: 'the bot is not in the channel: invite it with /invite',
  invalid_auth: 'the bot token is not valid: put the current one into the SSM parameter',
  not_authed: 'the bot token did not arrive: put it into the SSM parameter again',
  account_inactive: 'the bot or its workspace was removed: install the app again and store its new token',
  token_revoked: 'the bot token was revoked: install the app again and store its new token',
  token_expired: 'the bot token expired: turn token rotation off for the app and store a new token',
  missing_scope: 'the app lacks the scope chat:write: add it and install the app again',
  no_permission: 'the app may not post there: ask an admin of the workspace',
  ekm_access_denied: 'an admin suspended posting: ask an admin of the workspace',
  restricted_action: 'the workspace lets this app post nothing there: ask an admin of the workspace',
  restricted_action_read_only_channel: 'the channel is read-only: choose another, or allow the app to post',
  posting_to_general_channel_denied: 'only admins may post to that channel: choose another',
  action_prohibited: 'an admin forbids this post: ask an admin of the workspace',
  user_not_found: 'who made the webhook is gone: make a new webhook',
  access_denied: 'the app has no access: install it again',
};

/** What a person must do about an error; undefined: it may pass by itself, or nobody knows. */
export const adviceFor = (code: string): string | undefined =>
  Object.hasOwn(forPerson, code) ? forPerson[code] : undefined;

/** Slack has troubles of its own. */
export const passingErrors: ReadonlySet<string> = new Set([
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
  'rollup_error',
]);
