"""Campaigns: mutated octets put to targets, judged as `run` judges, and what is found kept for people to look at."""
