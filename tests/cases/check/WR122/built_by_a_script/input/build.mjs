mkdirSync("pages", { recursive: true });
