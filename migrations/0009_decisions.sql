CREATE TABLE `__new_decisions` (
	`channel` text NOT NULL,
	`asked` integer NOT NULL,
	`trigger` text NOT NULL,
	`at` integer NOT NULL,
	`decision` text NOT NULL,
	PRIMARY KEY(`channel`, `asked`, `trigger`),
	FOREIGN KEY (`channel`) REFERENCES `channels`(`id`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
INSERT INTO `__new_decisions`("channel", "asked", "trigger", "at", "decision") SELECT `decisions`.`channel`, coalesce(`messages`.`seq`, 0), `decisions`.`trigger`, `decisions`.`at`, `decisions`.`decision` FROM `decisions` LEFT JOIN `messages` ON `messages`.`id` = `decisions`.`trigger`;--> statement-breakpoint
DROP TABLE `decisions`;--> statement-breakpoint
ALTER TABLE `__new_decisions` RENAME TO `decisions`;
