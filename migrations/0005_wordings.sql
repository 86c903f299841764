ALTER TABLE `versions` ADD `solver` text;--> statement-breakpoint
ALTER TABLE `versions` ADD `model` text;