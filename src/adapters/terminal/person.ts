// Who sits at the terminal, when nobody says so.
import { userInfo } from "node:os";

// What a persona calls somebody who is nobody in particular.
const SOMEBODY = "you";

/** The login name of whoever runs this process; "you" for root, which names a right and no person, and where there is none. */
export function usualName(loginName: () => string = () => userInfo().username): string {
  try {
    const name = loginName().trim();
    return name === "" || name === "root" ? SOMEBODY : name;
  } catch {
    // A container may run as a number that no account belongs to.
    return SOMEBODY;
  }
}
