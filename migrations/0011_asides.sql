CREATE TABLE `asides` (
	`n` integer PRIMARY KEY NOT NULL,
	`channel` text NOT NULL,
	`workspace` text,
	`asked_by` text NOT NULL,
	`at` integer NOT NULL
);
