CREATE TABLE `__new_traces` (
	`n` integer PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`trace` text NOT NULL,
	FOREIGN KEY (`n`) REFERENCES `turns`(`n`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
INSERT INTO `__new_traces`("n", "at", "trace") SELECT `turns`.`n`, `traces`.`at`, `traces`.`trace` FROM `traces` JOIN `turns` ON `turns`.`id` = `traces`.`turn`;--> statement-breakpoint
DROP TABLE `traces`;--> statement-breakpoint
ALTER TABLE `__new_traces` RENAME TO `traces`;--> statement-breakpoint
DROP INDEX `decisions_channel`;--> statement-breakpoint
CREATE TABLE `__new_messages` (
	`id` text NOT NULL,
	`channel` text NOT NULL,
	`seq` integer NOT NULL,
	`author_id` text NOT NULL,
	`author_kind` text NOT NULL,
	`author_name` text NOT NULL,
	`text` text NOT NULL,
	`images` text,
	`to_house` integer DEFAULT false NOT NULL,
	`asks` text,
	`reply_to` text,
	`conversation` text NOT NULL,
	`depth` integer NOT NULL,
	`tokens` integer NOT NULL,
	`created_at` integer NOT NULL,
	`turn` text,
	`persona` text,
	`scene` text,
	`solver` text,
	`model` text,
	`unasked` integer DEFAULT false NOT NULL,
	PRIMARY KEY(`channel`, `seq`),
	FOREIGN KEY (`channel`) REFERENCES `channels`(`id`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
INSERT INTO `__new_messages`("id", "channel", "seq", "author_id", "author_kind", "author_name", "text", "images", "to_house", "asks", "reply_to", "conversation", "depth", "tokens", "created_at", "turn", "persona", "scene", "solver", "model", "unasked") SELECT "id", "channel", "seq", "author_id", "author_kind", "author_name", "text", "images", "to_house", "asks", "reply_to", "conversation", "depth", "tokens", "created_at", "turn", "persona", "scene", "solver", "model", "unasked" FROM `messages`;--> statement-breakpoint
DROP TABLE `messages`;--> statement-breakpoint
ALTER TABLE `__new_messages` RENAME TO `messages`;--> statement-breakpoint
CREATE UNIQUE INDEX `messages_id_unique` ON `messages` (`id`);--> statement-breakpoint
CREATE INDEX `messages_conversation` ON `messages` (`conversation`,`seq`) WHERE conversation <> id;--> statement-breakpoint
CREATE TABLE `__new_posts` (
	`turn` text NOT NULL,
	`part` integer NOT NULL,
	`channel` text NOT NULL,
	`persona` text NOT NULL,
	`text` text NOT NULL,
	`reply_to` text,
	`conversation` text,
	`depth` integer NOT NULL,
	`unasked` integer NOT NULL,
	`scene` text,
	`solver` text NOT NULL,
	`model` text,
	`state` text DEFAULT 'ready' NOT NULL,
	`ready_at` integer NOT NULL,
	`sending_at` integer,
	`due_at` integer NOT NULL,
	`landed` text,
	PRIMARY KEY(`turn`, `part`),
	FOREIGN KEY (`turn`) REFERENCES `turns`(`id`) ON UPDATE no action ON DELETE cascade
) WITHOUT ROWID;
--> statement-breakpoint
INSERT INTO `__new_posts`("turn", "part", "channel", "persona", "text", "reply_to", "conversation", "depth", "unasked", "scene", "solver", "model", "state", "ready_at", "sending_at", "due_at", "landed") SELECT "turn", "part", "channel", "persona", "text", "reply_to", "conversation", "depth", "unasked", "scene", "solver", "model", "state", "ready_at", "sending_at", "due_at", "landed" FROM `posts`;--> statement-breakpoint
DROP TABLE `posts`;--> statement-breakpoint
ALTER TABLE `__new_posts` RENAME TO `posts`;--> statement-breakpoint
CREATE INDEX `posts_unasked` ON `posts` (`channel`,`ready_at`,`conversation`,`state`) WHERE unasked = 1;