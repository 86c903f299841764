// Discord's refusals: the status, the code and the sentence of each ("Opcodes and Status Codes: JSON").

/** One thing wrong with one field of a request. */
export interface FieldFault {
  readonly path: readonly (string | number)[];
  readonly code: string;
  readonly message: string;
}

/** Thrown by a route; becomes the answer. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;
  readonly code: number;
  readonly faults: readonly FieldFault[];

  constructor(status: number, code: number, message: string, faults: readonly FieldFault[] = []) {
    super(message);
    this.status = status;
    this.code = code;
    this.faults = faults;
  }

  /** The body of the answer. */
  body(): object {
    const base = { message: this.message, code: this.code };
    return this.faults.length === 0 ? base : { ...base, errors: errorTree(this.faults) };
  }
}

/** The refusals by their names in the documentation. */
export const refusals = {
  unauthorized: () => new Refusal(401, 0, "401: Unauthorized"),
  notFound: () => new Refusal(404, 0, "404: Not Found"),
  methodNotAllowed: () => new Refusal(405, 0, "405: Method Not Allowed"),
  unknownApplication: () => new Refusal(404, 10_002, "Unknown Application"),
  unknownChannel: () => new Refusal(404, 10_003, "Unknown Channel"),
  unknownGuild: () => new Refusal(404, 10_004, "Unknown Guild"),
  unknownMember: () => new Refusal(404, 10_007, "Unknown Member"),
  unknownMessage: () => new Refusal(404, 10_008, "Unknown Message"),
  unknownUser: () => new Refusal(404, 10_013, "Unknown User"),
  unknownEmoji: () => new Refusal(404, 10_014, "Unknown Emoji"),
  unknownWebhook: () => new Refusal(404, 10_015, "Unknown Webhook"),
  unknownInteraction: () => new Refusal(404, 10_062, "Unknown interaction"),
  unknownCommand: () => new Refusal(404, 10_063, "Unknown application command"),
  tooManyEmojis: () => new Refusal(400, 30_008, "Maximum number of emojis reached (2000)"),
  tooManyWebhooks: () => new Refusal(400, 30_007, "Maximum number of webhooks reached (15)"),
  alreadyAcknowledged: () => new Refusal(400, 40_060, "Interaction has already been acknowledged."),
  tooLarge: () => new Refusal(413, 40_005, "Request entity too large"),
  missingAccess: () => new Refusal(403, 50_001, "Missing Access"),
  notInThisChannel: () => new Refusal(403, 50_024, "Cannot execute action on this channel type"),
  notYourMessage: () => new Refusal(403, 50_005, "Cannot edit a message authored by another user"),
  emptyMessage: () => new Refusal(400, 50_006, "Cannot send an empty message"),
  cannotMessageUser: () => new Refusal(403, 50_007, "Cannot send messages to this user"),
  missingPermissions: () => new Refusal(403, 50_013, "Missing Permissions"),
  invalidWebhookToken: () => new Refusal(401, 50_027, "Invalid Webhook Token"),
  brokenJson: () => new Refusal(400, 50_109, "The request body contains invalid JSON."),
  archivedThread: () => new Refusal(400, 50_083, "Thread is archived"),
  threadAlreadyThere: () => new Refusal(400, 160_004, "A thread has already been created for this message"),
  forumNeedsThread: () =>
    new Refusal(400, 220_001, "Webhooks posted to forum channels must have a thread_name or thread_id"),
  onlyForumsMakeThreads: () => new Refusal(400, 220_003, "Webhooks can only create threads in forum channels"),
} as const;

/** 50035 with its tree, from everything that is wrong. */
export function invalidForm(faults: readonly FieldFault[]): Refusal {
  return new Refusal(400, 50_035, "Invalid Form Body", faults);
}

/** 50035 for one field. */
export function invalidField(path: readonly (string | number)[], code: string, message: string): Refusal {
  return invalidForm([{ path, code, message }]);
}

interface Tree {
  [key: string]: Tree | { code: string; message: string }[];
}

// {"embeds": {"0": {"title": {"_errors": [{code, message}]}}}}, as "Error Messages" describes it.
function errorTree(faults: readonly FieldFault[]): Tree {
  const root: Tree = {};
  for (const { path, code, message } of faults) {
    let at = root;
    for (const key of path.map(String)) {
      const next = at[key];
      const branch: Tree = next === undefined || Array.isArray(next) ? {} : next;
      at[key] = branch;
      at = branch;
    }
    const leaves = at["_errors"];
    at["_errors"] = [...(Array.isArray(leaves) ? leaves : []), { code, message }];
  }
  return root;
}
