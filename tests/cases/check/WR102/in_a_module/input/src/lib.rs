mod counter;
